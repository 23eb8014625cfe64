import { useEffect, useRef } from "react";

export interface MenuItem {
  name: string;
  run: () => void;
}

interface Props {
  /** What it is about, e.g. the value that was clicked. */
  title: string;
  at: { x: number; y: number };
  items: readonly MenuItem[];
  onClose: () => void;
}

/** A menu at a place of the window. Arrow keys walk, Esc closes and gives the focus back. */
export function Menu({ title, at, items, onClose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const closing = useRef(onClose);
  closing.current = onClose;
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const menu = box.current;
    if (menu) {
      const { width, height } = menu.getBoundingClientRect();
      menu.style.left = `${Math.max(8, Math.min(at.x, document.documentElement.clientWidth - width - 8))}px`;
      menu.style.top = `${Math.max(8, Math.min(at.y, window.innerHeight - height - 8))}px`;
      menu.querySelector("button")?.focus();
    }
    const outside = (event: PointerEvent) => {
      if (!menu?.contains(event.target as Node)) closing.current();
    };
    const away = () => closing.current();
    document.addEventListener("pointerdown", outside);
    window.addEventListener("resize", away);
    return () => {
      document.removeEventListener("pointerdown", outside);
      window.removeEventListener("resize", away);
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, [at]);
  const step = (by: number) => {
    const buttons = [...(box.current?.querySelectorAll("button") ?? [])];
    const i = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[(i + by + buttons.length) % buttons.length]?.focus();
  };
  return (
    <div
      ref={box}
      role="menu"
      aria-label={title}
      tabIndex={-1}
      className="panel-look fixed z-50 min-w-44 max-w-[calc(100vw-1rem)] py-1"
      onKeyDown={(event) => {
        if (event.key === "ArrowDown") step(1);
        else if (event.key === "ArrowUp") step(-1);
        else if (event.key === "Escape" || event.key === "Tab") onClose();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div className="max-w-80 truncate px-3 py-1 text-xs font-semibold text-soft" aria-hidden="true">
        {title}
      </div>
      {items.map((item) => (
        <button
          key={item.name}
          type="button"
          role="menuitem"
          className="block w-full px-3 py-1 text-left hover:bg-sunken focus:bg-sunken"
          onClick={() => {
            onClose();
            item.run();
          }}
        >
          {item.name}
        </button>
      ))}
    </div>
  );
}
