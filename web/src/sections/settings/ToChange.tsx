import type { ReactNode } from "react";
import { Snippet } from "./Snippet";
import { commandsFor } from "./shape";
import { useConfig } from "./useConfig";

interface Props {
  title?: string;
  /** What can be changed by it, in words. */
  children: ReactNode;
  /** Lines for the file, by what they are. */
  lines: readonly (readonly [name: string, text: string])[];
  /** False: only a restart takes it over. */
  live?: boolean;
}

/** What can only be changed in the file: the lines to write, and the commands that check and take them over. */
export function ToChange({ title = "To change it", children, lines, live = true }: Props) {
  const { config } = useConfig();
  const file = config?.file ?? null;
  return (
    <section aria-label={title}>
      <h3 className="mb-1 font-semibold">{title}</h3>
      <p className="mb-2 max-w-prose text-soft">
        {children} The lines go into{" "}
        {file === null ? (
          <>
            the configuration file, <code>/etc/weir/weir.yaml</code> unless it is another
          </>
        ) : (
          <code>{file}</code>
        )}
        .{" "}
        {live
          ? "A reload loses no flow; a file with an error is not taken over."
          : "Only a restart takes them over; what was received is committed first."}
      </p>
      <div className="grid gap-x-3 gap-y-2 xl:grid-cols-2">
        {lines.map(([name, text]) => (
          <Snippet key={name} name={name} text={text} />
        ))}
        <Snippet name={live ? "Check and reload" : "Check and restart"} text={commandsFor(file, live)} />
      </div>
      {config !== null && file === null && (
        <p className="mt-2 max-w-prose text-soft">
          This Weir was started without a configuration file: start it with <code>--config FILE</code> first.
        </p>
      )}
    </section>
  );
}
