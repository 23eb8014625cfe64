// Customers and regions: how much each sends and receives, each one's profile with its cost, and who they are.
import { SectionHead } from "../../parts/SectionHead";
import { choice, text, useParams } from "../../url/params";
import { Editor } from "./Editor";
import { Overview } from "./Overview";
import { Profile } from "./Profile";

const PARAMS = { customer: text(), show: choice(["customers", "regions", "edit"], "customers"), edit: text() };
const TABS = [
  ["customers", "Customers"],
  ["regions", "Regions"],
  ["edit", "Who they are"],
] as const;

export default function Customers() {
  const [{ customer, show, edit }, set] = useParams(PARAMS);
  if (customer !== "") return <Profile key={customer} customer={customer} onBack={() => set({ customer: "" })} />;
  return (
    <>
      <SectionHead title="Customers and regions" />
      <nav aria-label="Customers and regions" className="mb-3 flex flex-wrap gap-1 border-b border-line">
        {TABS.map(([name, title]) => (
          <button
            key={name}
            type="button"
            className={`tab ${show === name ? "tab-here" : ""}`}
            aria-current={show === name ? "page" : undefined}
            onClick={() => set({ show: name, edit: "" })}
          >
            {title}
          </button>
        ))}
      </nav>
      {show === "edit" ? (
        <Editor open={edit} onOpen={(one) => set({ edit: one })} />
      ) : (
        <Overview by={show === "regions" ? "region" : "customer"} onOpen={(name) => set({ customer: name })} />
      )}
    </>
  );
}
