import type { ReactNode } from "react";
import { Popup } from "../../parts/Popup";
import type { Example } from "./examples";

interface Props {
  examples: readonly Example[];
  onExample: (text: string) => void;
  onFormat: () => void;
  onRun: () => void;
  working: boolean;
  onCancel: () => void;
  children?: ReactNode;
}

/** What stands over an editor: run, examples, format. */
export function Bar({ examples, onExample, onFormat, onRun, working, onCancel, children }: Props) {
  return (
    <div className="mb-1 flex flex-wrap items-center gap-1">
      {working ? (
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      ) : (
        <button type="button" className="button primary" onClick={onRun}>
          Run
        </button>
      )}
      <Popup label="Examples" panelClass="w-80 p-1">
        {(close) =>
          examples.map((one) => (
            <button
              key={one.name}
              type="button"
              className="choice"
              onClick={() => {
                onExample(one.text);
                close();
              }}
            >
              {one.name}
            </button>
          ))
        }
      </Popup>
      <button type="button" className="button" onClick={onFormat}>
        Format
      </button>
      <span className="grow" />
      {children}
    </div>
  );
}
