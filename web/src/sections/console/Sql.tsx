import { useEffect, useMemo, useRef, useState } from "react";
import { useLong } from "../../api/useApi";
import { CopyAs, shellWord } from "../../copy/CopyAs";
import { fileName } from "../../copy/save";
import { useColumns } from "../../names/columns";
import { Notice, ProblemBox } from "../../parts/Shown";
import { DataTable, type TableColumn } from "../../table/DataTable";
import { grouped } from "../../text/units";
import { readable } from "../../url/params";
import { Bar } from "./Bar";
import { Editor } from "./Editor";
import { SQL_EXAMPLES } from "./examples";
import { askSql, type SqlReply, sqlPath, useRunning } from "./run";
import { formattedSql, placeInMessage, SQL_TABLES, sqlCompletions } from "./sql";

export function Sql({ asked, onAsk }: { asked: string; onAsk: (text: string) => void }) {
  const [draft, setDraft] = useState(asked || (SQL_EXAMPLES[0]?.text ?? ""));
  const [sent, setSent] = useState("");
  const running = useRunning<SqlReply>();
  const { problem } = running;
  const fields = useColumns();
  const run = () => {
    const sql = draft.trim();
    if (sql === "") return;
    setSent(draft);
    onAsk(sql);
    running.run((signal) => askSql(sql, signal));
  };
  const first = useRef(run);
  const wanted = useRef(asked !== "");
  useEffect(() => {
    if (wanted.current) first.current();
    wanted.current = false;
  }, []);
  const errors = useMemo(() => {
    // What was sent began behind the blanks that were cut off.
    const cut = sent.length - sent.trimStart().length;
    const at = problem && sent === draft ? placeInMessage(sent.trim(), problem.message) : null;
    return at === null || !problem
      ? []
      : [
          {
            from: cut + at,
            to: cut + at + (/^\w+/.exec(draft.slice(cut + at))?.[0].length ?? 1),
            message: problem.message,
          },
        ];
  }, [problem, sent, draft]);
  return (
    <div className="flex flex-col gap-2">
      <section aria-label="Statement" className="min-w-0">
        <Bar
          examples={SQL_EXAMPLES}
          onExample={setDraft}
          onFormat={() => setDraft(formattedSql(draft))}
          onRun={run}
          working={running.working}
          onCancel={running.cancel}
        >
          <CopyAs
            forms={() => [
              {
                name: "Link",
                text:
                  location.origin +
                  location.pathname +
                  readable(new URLSearchParams({ tab: "sql", sql: draft.trim() })),
              },
              {
                name: "curl",
                text: `curl -H 'Content-Type: application/sql' ${location.origin}/api/v1/sql --data-binary ${shellWord(draft.trim())}`,
              },
            ]}
          />
        </Bar>
        <Editor
          label="SQL statement"
          words="sql"
          search
          text={draft}
          onChange={setDraft}
          onRun={run}
          complete={(text, at) => sqlCompletions(text, at, fields)}
          errors={errors}
          className="h-[14rem]"
        />
        <p className="mt-1 text-xs text-soft">
          One SELECT over{" "}
          {SQL_TABLES.map(([name, about], i) => (
            <span key={name}>
              {i > 0 && ", "}
              <code title={about}>{name}</code>
            </span>
          ))}
          . Addresses are texts, times are milliseconds since 1970 (<code>epoch_ms(time)</code> makes a timestamp).{" "}
          <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs, <kbd>Ctrl</kbd> <kbd>Space</kbd> completes.
        </p>
      </section>
      <section aria-label="Answer" className="min-w-0" aria-busy={running.working}>
        <SqlAnswer running={running} sql={sent.trim()} />
      </section>
    </div>
  );
}

type Row = (string | number | boolean | null)[];

function SqlAnswer({ running, sql }: { running: ReturnType<typeof useRunning<SqlReply>>; sql: string }) {
  const { reply, problem, working, cancelled } = running;
  const long = useLong(working);
  const columns = useMemo(() => (reply ? columnsOf(reply) : []), [reply]);
  if (problem) return <ProblemBox problem={problem} />;
  if (cancelled) return <Notice>The statement was cancelled. Run it again, perhaps over a shorter range.</Notice>;
  if (!reply) {
    return (
      <Notice>
        {working ? (long ? "Asking..." : "Waiting for the answer.") : "The answer comes here. Press Run."}
      </Notice>
    );
  }
  if (reply.rows.length === 0)
    return <Notice>The statement is right, and no row matches. Widen its range or conditions.</Notice>;
  return (
    <div className={`card min-w-0 ${working ? "opacity-60" : ""}`}>
      <DataTable<Row>
        name="Answer"
        columns={columns}
        rows={reply.rows}
        rowKey={(_, i) => String(i)}
        maxHeight="max(20rem, calc(100vh - 27rem))"
        footer={
          <span className="flex flex-wrap items-center gap-3">
            {Boolean(reply.left_out) && (
              <span className="text-warn">There are more rows: add a LIMIT, or save as CSV.</span>
            )}
            <span>{grouped(reply.took_ms)} ms</span>
            <a className="link" href={sqlPath(sql, "csv")} download={fileName("sql", "csv")}>
              Save as CSV
            </a>
          </span>
        }
      />
    </div>
  );
}

const NUMBERS = /INT|DOUBLE|FLOAT|DECIMAL/;

function columnsOf(reply: SqlReply): TableColumn<Row>[] {
  return reply.columns.map((column, i) => ({
    key: `${i}`,
    title: column.name,
    about: column.type,
    numeric: NUMBERS.test(column.type),
    pick: false,
    value: (row) => {
      const cell = row[i] ?? null;
      return typeof cell === "boolean" ? String(cell) : cell;
    },
    show: (row) => {
      const cell = row[i] ?? null;
      if (cell === null) return <i className="text-soft">null</i>;
      return typeof cell === "number" && Number.isInteger(cell) && !/^(time|.*_as|.*_port|as|port)$/.test(column.name)
        ? grouped(cell)
        : String(cell);
    },
  }));
}
