import { useRef, useState } from "react";
import { copyText } from "../parts/copy";
import { Popup } from "../parts/Popup";

export interface CopyForm {
  /** "Link", "weir query", "curl", "Elasticsearch". */
  name: string;
  text: string;
  /** Why there is no such form of this question; then `text` is ignored. */
  missing?: string;
}

/** The question in forms that work elsewhere. Where the browser forbids the clipboard the text is marked, to copy by hand. */
export function CopyAs({ forms }: { forms: () => CopyForm[] }) {
  return (
    <Popup label="Copy as" align="right" panelClass="w-[34rem] max-w-[calc(100vw-1rem)] max-h-[70vh] overflow-y-auto">
      {() => forms().map((form) => <Form key={form.name} form={form} />)}
    </Popup>
  );
}

function Form({ form }: { form: CopyForm }) {
  const shown = useRef<HTMLPreElement>(null);
  const [said, setSaid] = useState("");
  const copy = async () =>
    setSaid((await copyText(form.text, shown.current)) ? "Copied" : "Marked: press Ctrl+C to copy");
  return (
    <div className="border-b border-line p-2 last:border-0">
      <div className="flex items-center gap-2">
        <b className="grow font-semibold">{form.name}</b>
        <span role="status" className="text-good">
          {said}
        </span>
        {!form.missing && (
          <button type="button" className="button" onClick={copy}>
            Copy<span className="sr-only"> as {form.name}</span>
          </button>
        )}
      </div>
      {form.missing ? (
        <p className="text-soft">{form.missing}</p>
      ) : (
        <pre ref={shown} className="mt-1 whitespace-pre-wrap break-all rounded bg-sunken p-2 text-xs">
          {form.text}
        </pre>
      )}
    </div>
  );
}

/** A word for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w./:,=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
