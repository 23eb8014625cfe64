import { type ReactNode, useEffect, useId, useRef, useState } from "react";

interface Props {
  /** What the button shows. */
  label: ReactNode;
  /** Where the label does not say it. */
  name?: string;
  children: (close: () => void) => ReactNode;
  align?: "left" | "right";
  buttonClass?: string;
  panelClass?: string;
  /** Of the box around both; `block` makes the button as wide as its place. */
  boxClass?: string;
  disabled?: boolean;
}

/** A button with a panel under it. Esc, a click elsewhere and leaving it by Tab close it; Esc gives the focus back. */
export function Popup({
  label,
  name,
  children,
  align = "left",
  buttonClass = "button",
  panelClass = "",
  boxClass = "inline-block",
  disabled,
}: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    const first = panel.current?.querySelector<HTMLElement>("[data-first], button, a, input, select");
    first?.focus();
    keepOnScreen(panel.current);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys reach it from the controls within
    <div
      ref={box}
      className={`relative ${boxClass}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
      onBlur={(event) => {
        if (open && event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className={buttonClass}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={name}
        title={name}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div ref={panel} id={id} className={`panel ${align === "right" ? "right-0" : "left-0"} ${panelClass}`}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

/** Moves a panel sideways where it would leave the window. */
function keepOnScreen(panel: HTMLElement | null) {
  if (!panel) return;
  const { left, right } = panel.getBoundingClientRect();
  const wide = document.documentElement.clientWidth;
  const by = left < 8 ? 8 - left : right > wide - 8 ? Math.max(wide - 8 - right, 8 - left) : 0;
  if (by !== 0) panel.style.transform = `translateX(${by}px)`;
}
