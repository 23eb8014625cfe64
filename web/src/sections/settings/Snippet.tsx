import { useRef, useState } from "react";
import { copyText } from "../../parts/copy";

/** Lines to copy: into a configuration, into a shell. */
export function Snippet({ name, text }: { name: string; text: string }) {
  const [said, setSaid] = useState("");
  const box = useRef<HTMLPreElement>(null);
  return (
    <div className="min-w-0">
      <div className="flex items-end gap-2 pb-1">
        <span className="grow text-xs font-semibold">{name}</span>
        <span role="status" className="text-xs text-soft">
          {said}
        </span>
        <button
          type="button"
          className="button"
          onClick={async () => setSaid((await copyText(text, box.current)) ? "Copied" : "Marked: press Ctrl+C")}
        >
          Copy<span className="sr-only"> {name}</span>
        </button>
      </div>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={name}
        className="max-h-96 overflow-auto rounded bg-sunken p-3"
      >
        <pre ref={box} className="m-0 whitespace-pre-wrap font-mono text-xs leading-relaxed [overflow-wrap:anywhere]">
          {text}
        </pre>
      </section>
    </div>
  );
}
