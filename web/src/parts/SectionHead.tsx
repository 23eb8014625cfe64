import { type ReactNode, useEffect } from "react";

interface Props {
  title: string;
  /** Controls at the right. */
  children?: ReactNode;
}

/** The heading of a section; also the window's title. */
export function SectionHead({ title, children }: Props) {
  useEffect(() => {
    document.title = `${title} - Weir`;
  }, [title]);
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <h1 className="mr-2 text-lg font-semibold">{title}</h1>
      <span className="grow" />
      {children}
    </div>
  );
}
