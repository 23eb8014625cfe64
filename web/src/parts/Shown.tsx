import type { ReactNode } from "react";
import type { Problem } from "../api/client";
import { useProgress } from "../api/progress";
import { type Api, useLong } from "../api/useApi";

interface Props<T> {
  api: Api<T>;
  /** True: there is an answer, and nothing in it. */
  isEmpty?: (data: T) => boolean;
  /** What to do about an empty answer, in words. */
  empty?: ReactNode;
  /** The parameter whose problems are told elsewhere, at the field. */
  told?: string;
  /** How tall the place is while there is nothing to show. */
  tall?: string;
  children: (data: T) => ReactNode;
}

/** An answer in all its states: loading (told after a second, with Cancel), a problem, cancelled, empty, there. */
export function Shown<T>({ api, isEmpty, empty, told, tall = "min-h-40", children }: Props<T>) {
  const { data, problem, working, stale, cancelled } = api;
  return (
    <div className="relative" aria-busy={working}>
      <Working api={api} />
      {problem && !working && (told === undefined || problem.parameter !== told) && (
        <ProblemBox problem={problem} again={api.again} />
      )}
      {cancelled && (
        <Notice>
          The question was cancelled.{" "}
          <button type="button" className="link" onClick={api.again}>
            Ask again
          </button>
        </Notice>
      )}
      {data !== undefined && !(problem && stale) ? (
        <div className={stale || (problem !== null && !working) ? "opacity-60" : ""}>
          {isEmpty?.(data) ? <Notice>{empty ?? "Nothing was found."}</Notice> : children(data)}
        </div>
      ) : (
        !problem && !cancelled && <div className={`skeleton ${tall}`} />
      )}
    </div>
  );
}

/** A thin bar while something runs; after a second also words and a way to end it. */
export function Working<T>({ api }: { api: Api<T> }) {
  const long = useLong(api.working);
  if (!api.working) return null;
  return (
    <>
      <div className="progress" />
      {long && (
        <div
          role="status"
          className="absolute right-2 top-2 z-20 flex items-center gap-2 rounded border border-line bg-card px-2 py-1 shadow"
        >
          <Asking id={api.queryId()} />
          <button type="button" className="button" onClick={api.cancel}>
            Cancel
          </button>
        </div>
      )}
    </>
  );
}

/** How far it is, once the server has told. */
function Asking({ id }: { id: string | null }) {
  const progress = useProgress(id);
  return (
    <span>
      Asking...
      {/* Not read aloud again and again. */}
      {progress !== null && (
        <span aria-hidden="true" className="tabular-nums">
          {" "}
          {Math.floor(progress * 100)} %
        </span>
      )}
    </span>
  );
}

const ADVICE: Record<Problem["kind"], string> = {
  refused: "",
  unauthorised: "Sign in, and it is asked again.",
  forbidden: "Ask whoever runs this Weir for the right to do it.",
  failed: "Try again; if it stays, look at the server's log.",
  unreachable: "",
};

export function ProblemBox({ problem, again }: { problem: Problem; again?: (() => void) | undefined }) {
  const what = problem.message.charAt(0).toUpperCase() + problem.message.slice(1);
  return (
    <div role="alert" className="notice border-bad bg-bad-soft">
      <p>
        <b>{problem.status > 0 ? `Error ${problem.status}. ` : "No connection. "}</b>
        {/[.!?]$/.test(what) ? what : `${what}.`} {ADVICE[problem.kind]}
      </p>
      {again && problem.kind !== "refused" && problem.kind !== "unreachable" && (
        <button type="button" className="button mt-2" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Notice({ children }: { children: ReactNode }) {
  return <div className="notice border-line bg-sunken text-soft">{children}</div>;
}
