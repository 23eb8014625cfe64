import type { Summary } from "./api";
import { KINDS } from "./shape";

/** What can be announced, to whom, and what keeps peers from hearing it. */
export function Actions({ summary, onPropose }: { summary: Summary; onPropose: (action: string) => void }) {
  return (
    <>
      <ul className="grid gap-2 lg:grid-cols-2">
        {summary.actions.map((action) => (
          <li key={action.name} className="card px-4 py-3">
            <h2 className="flex flex-wrap items-baseline gap-x-3">
              <b className="text-base">{action.name}</b>
              <span>{KINDS[action.kind]}</span>
              {action.dry_run || summary.dry_run ? (
                <span className="rounded bg-second-soft px-1.5 text-xs">dry run</span>
              ) : (
                <span className="rounded bg-warn-soft px-1.5 text-xs">announces</span>
              )}
            </h2>
            <p className="text-soft">To {action.peers.length === 0 ? "nobody" : action.peers.join(", ")}.</p>
            {action.problems.length === 0 ? (
              <p className="text-good">● All its peers would hear it.</p>
            ) : (
              action.problems.map((problem) => (
                <p key={problem} className="text-warn">
                  ▲ {problem}
                </p>
              ))
            )}
            <button type="button" className="button mt-2" onClick={() => onPropose(action.name)}>
              Propose with {action.name}
            </button>
          </li>
        ))}
      </ul>
      {summary.actions.length === 0 && (
        <p className="notice border-line bg-sunken">
          No action is configured: list some under <code>mitigation.actions</code>.
        </p>
      )}
    </>
  );
}
