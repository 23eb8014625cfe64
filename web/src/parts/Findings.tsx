import type { Finding } from "../api/types";
import { FindingText } from "./Exporters";

/** What the doctor says about this server itself; nothing where all is well. */
export function Findings({ findings }: { findings: Finding[] }) {
  const told = findings.filter((finding) => finding.severity !== "good");
  if (told.length === 0) return null;
  return (
    <section aria-label="This server" className="space-y-2">
      {told.map((finding) => (
        <div
          key={finding.what}
          className={`card px-4 py-2 ${finding.severity === "trouble" ? "bg-bad-soft" : "bg-warn-soft"}`}
        >
          <FindingText finding={finding} />
        </div>
      ))}
    </section>
  );
}
