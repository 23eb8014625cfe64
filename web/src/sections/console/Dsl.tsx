import { useEffect, useMemo, useRef, useState } from "react";
import { useLong } from "../../api/useApi";
import { CopyAs } from "../../copy/CopyAs";
import { fileName, saveFile } from "../../copy/save";
import { useColumns } from "../../names/columns";
import { copyText } from "../../parts/copy";
import { Notice, ProblemBox } from "../../parts/Shown";
import { grouped, octets } from "../../text/units";
import { readable } from "../../url/params";
import { Bar } from "./Bar";
import { completions } from "./dslComplete";
import { Editor } from "./Editor";
import type { ConsoleEditor } from "./editor";
import { errorPlace } from "./esError";
import { dslExamples } from "./examples";
import { curlOf, faultsOf, formatted, pretty, refusal, requestAt, requestsOf } from "./requests";
import { askEs, type Reply, useRunning } from "./run";

/** Above this an answer is shown as it came, without colours and lines: it is to be saved, not to be read. */
const MOST_SHOWN = 2_000_000;

export function Dsl({ asked, onAsk }: { asked: string; onAsk: (text: string) => void }) {
  const examples = useMemo(() => dslExamples(Date.now()), []);
  const [draft, setDraft] = useState(asked || (examples[0]?.text ?? ""));
  const [refused, setRefused] = useState<string | null>(null);
  const [sent, setSent] = useState<{ from: number; bodyFrom: number; text: string } | null>(null);
  const editor = useRef<ConsoleEditor | null>(null);
  const running = useRunning<Reply>();
  const fields = useColumns();
  const faults = useMemo(() => faultsOf(draft), [draft]);
  const errors = useMemo(() => {
    const place = sent && sent.text === draft && running.reply ? errorPlace(draft, sent, running.reply) : null;
    return place ? [...faults, place] : faults;
  }, [faults, draft, sent, running.reply]);

  const current = () => requestAt(requestsOf(draft), editor.current?.cursor() ?? 0);
  const run = () => {
    const request = current();
    const why = request ? refusal(request) : 'There is no request: write a line such as "GET _search".';
    setRefused(why);
    if (!request || why) return;
    setSent({ from: request.from, bodyFrom: request.bodyFrom, text: draft });
    onAsk(draft.trimEnd());
    running.run((signal) => askEs(request, signal));
  };
  // A link with a request in it reproduces the screen; only requests that ask are sent by themselves.
  const first = useRef(run);
  const wanted = useRef(asked !== "" && ["GET", "POST"].includes(requestsOf(asked)[0]?.method ?? ""));
  useEffect(() => {
    if (wanted.current) first.current();
    wanted.current = false;
  }, []);

  const lines = useMemo(() => shownText(running.reply), [running.reply]);
  return (
    <div className="grid gap-2 xl:grid-cols-2">
      <section aria-label="Requests" className="min-w-0">
        <Bar
          examples={examples}
          onExample={(text) => {
            setDraft(text);
            setRefused(null);
          }}
          onFormat={() => setDraft(formatted(draft))}
          onRun={run}
          working={running.working}
          onCancel={running.cancel}
        >
          <CopyAs
            forms={() => {
              const request = current();
              const link = new URLSearchParams({ dsl: draft.trimEnd() });
              return [
                { name: "Link", text: location.origin + location.pathname + readable(link) },
                request
                  ? { name: "curl", text: curlOf(request, location.origin) }
                  : { name: "curl", text: "", missing: "There is no request." },
              ];
            }}
          />
        </Bar>
        <Editor
          label="Requests in the Query DSL"
          words="dsl"
          search
          text={draft}
          onChange={setDraft}
          onRun={run}
          complete={(text, at) => completions(text, at, fields)}
          errors={errors}
          handle={editor}
          className="h-[26rem] xl:h-[calc(100vh-13.5rem)]"
        />
        <p className="mt-1 text-xs text-soft">
          The request that the cursor is in is sent. <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs, <kbd>Ctrl</kbd>{" "}
          <kbd>Space</kbd> completes, <kbd>Esc</kbd> leaves the editor.
          {faults[0] && (
            <span className="text-bad">
              {" "}
              Line {draft.slice(0, faults[0].from).split("\n").length}: {faults[0].message}
            </span>
          )}
        </p>
      </section>
      <section aria-label="Answer" className="min-w-0" aria-busy={running.working}>
        <Answer running={running} lines={lines} refused={refused} />
      </section>
    </div>
  );
}

function shownText(reply: Reply | null): string {
  if (!reply) return "";
  return reply.json && reply.text.length <= MOST_SHOWN ? pretty(reply.text) : reply.text;
}

interface AnswerProps {
  running: ReturnType<typeof useRunning<Reply>>;
  lines: string;
  refused: string | null;
}

function Answer({ running, lines, refused }: AnswerProps) {
  const { reply, problem, working, cancelled } = running;
  const long = useLong(working);
  const [said, setSaid] = useState("");
  const bad = reply !== null && reply.status >= 400;
  return (
    <>
      <div className="mb-1 flex min-h-7 flex-wrap items-center gap-2">
        <span role="status">
          {long ? (
            "Asking..."
          ) : reply ? (
            <span className={bad ? "font-semibold text-bad" : "text-soft"}>
              <b>{reply.status}</b> {bad ? "refused" : "answered"} in {grouped(reply.tookMs)} ms,{" "}
              {octets(reply.text.length)}
            </span>
          ) : (
            ""
          )}
        </span>
        <span className="grow" />
        <span role="status" className="text-good">
          {said}
        </span>
        {reply && !working && (
          <>
            <button
              type="button"
              className="button"
              onClick={async () =>
                setSaid((await copyText(lines, null)) ? "Copied" : "Select the answer and press Ctrl+C")
              }
            >
              Copy answer
            </button>
            <button
              type="button"
              className="button"
              onClick={() =>
                saveFile(
                  fileName("console", reply.json ? "json" : "txt"),
                  reply.json ? "application/json" : "text/plain",
                  reply.text,
                )
              }
            >
              Save
            </button>
          </>
        )}
      </div>
      {refused && (
        <p role="alert" className="notice border-warn bg-warn-soft">
          {refused}
        </p>
      )}
      {problem && <ProblemBox problem={problem} />}
      {cancelled && <Notice>The question was cancelled. Run it again, perhaps over a shorter range.</Notice>}
      {reply && lines.length <= MOST_SHOWN ? (
        <Editor
          label="Answer"
          words="dsl"
          readOnly
          text={lines}
          className={`h-[26rem] xl:h-[calc(100vh-13.5rem)] ${working ? "opacity-60" : ""}`}
        />
      ) : reply ? (
        <Notice>
          The answer is {octets(reply.text.length)}, too much to read here: save it, or ask for fewer documents with
          "size".
        </Notice>
      ) : (
        !problem &&
        !cancelled && (
          <Notice>
            {working
              ? "Waiting for the answer."
              : "The answer comes here. Press Run: the first example is the query of the old system over the last 100 minutes."}
          </Notice>
        )
      )}
    </>
  );
}
