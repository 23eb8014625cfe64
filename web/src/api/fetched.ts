import { useEffect, useState } from "react";

export interface Fetched<T> {
  data: T | null;
  error: string | null;
}

/** GETs JSON now and then every `everyMs`; a problem document's detail is the error. Keeps the last good answer. */
export function useFetched<T>(url: string, everyMs: number): Fetched<T> {
  const [state, setState] = useState<Fetched<T>>({ data: null, error: null });
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      try {
        const response = await fetch(url, { signal: abort.signal });
        const body = await response.json();
        if (response.ok) setState({ data: body as T, error: null });
        else setState((before) => ({ ...before, error: String(body.detail ?? response.status) }));
      } catch (error) {
        if (!abort.signal.aborted) setState((before) => ({ ...before, error: `Weir did not answer (${error})` }));
      }
    };
    void ask();
    const timer = setInterval(ask, everyMs);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [url, everyMs]);
  return state;
}
