import { useEffect, useRef } from "react";
import { SECTIONS } from "../sections/sections";
import { useShortcutsChoice } from "./keyboard";

const KEYS: [string, string][] = [
  ["/", "go to the filter or search"],
  ["?", "this help"],
  ["Esc", "close what is open; leave the filter"],
  ["← →", "on a graph: read its values"],
  ["arrows, Home, End, Page", "in a table: walk its cells"],
  ["Enter", "on a cell: filter by it, exclude it, copy it"],
  ["Ctrl+C", "on a cell: copy its value"],
  ["Ctrl+Enter", "in an editor: run it"],
];

export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, choose] = useShortcutsChoice();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title" className="dialog">
      <div className="mb-2 flex items-center">
        <h2 id="help-title" className="grow text-base font-semibold">
          Help
        </h2>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
      <p className="mb-3 text-soft">
        What is on the screen is in its address: copy the address, and somebody else sees the same. Drag over a graph to
        look closer; the browser's Back goes back.
      </p>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <dl className="keys">
          {KEYS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <dl className="keys">
          {SECTIONS.map((section) => (
            <div key={section.path}>
              <dt>
                <kbd>g</kbd> <kbd>{section.key}</kbd>
              </dt>
              <dd>
                {section.name}: {section.about}
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <label className="mt-4 flex items-center gap-2">
        <input type="checkbox" checked={on} onChange={(event) => choose(event.target.checked)} />
        Shortcuts of single keys
      </label>
    </dialog>
  );
}
