import { type RefObject, useEffect, useRef } from "react";
import type { Option, Painter } from "./engine";

/** Loads the engine once for the whole page. */
let loading: Promise<typeof import("./engine")> | null = null;
export function chartEngine(): Promise<typeof import("./engine")> {
  loading ??= import("./engine");
  return loading;
}

/** Paints `option` into the element and keeps it painted. `onReady` gets the painter, for its own events. */
export function usePainted(
  element: RefObject<HTMLDivElement | null>,
  option: Option | null,
  width: number,
  height: number,
  onReady?: (painter: Painter) => void,
): void {
  const painter = useRef<Painter | null>(null);
  const latest = useRef({ option, onReady });
  latest.current = { option, onReady };

  useEffect(() => {
    let gone = false;
    const host = element.current;
    if (!host) return;
    void chartEngine().then((engine) => {
      if (gone) return;
      painter.current = engine.painter(host);
      latest.current.onReady?.(painter.current);
      if (latest.current.option) painter.current.setOption(latest.current.option, { notMerge: true });
    });
    return () => {
      gone = true;
      painter.current?.dispose();
      painter.current = null;
    };
  }, [element]);

  useEffect(() => {
    if (option) painter.current?.setOption(option, { notMerge: true });
  }, [option]);
  useEffect(() => {
    if (width > 0 && height > 0) painter.current?.resize({ width, height });
  }, [width, height]);
}
