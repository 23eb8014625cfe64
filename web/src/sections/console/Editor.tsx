import { type RefObject, useEffect, useRef, useState } from "react";
import type { Found } from "./dslComplete";
import type { ConsoleEditor, Words } from "./editor";

interface Props {
  label: string;
  words: Words;
  text: string;
  readOnly?: boolean;
  search?: boolean;
  className?: string;
  onChange?: (text: string) => void;
  onRun?: () => void;
  complete?: (text: string, cursor: number) => Found | null;
  errors?: readonly { from: number; to: number; message: string }[];
  /** Gets the editor once it is there. */
  handle?: RefObject<ConsoleEditor | null>;
}

/** CodeMirror as a part of the page; what is written there comes by onChange, and `text` is put in when it changes. */
export function Editor(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<ConsoleEditor | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let gone = false;
    void import("./editor").then(({ makeConsoleEditor }) => {
      if (gone || !host.current) return;
      const { label, words, readOnly = false, complete } = latest.current;
      editor.current = makeConsoleEditor({
        host: host.current,
        label,
        words,
        readOnly,
        text: latest.current.text,
        onChange: (text) => latest.current.onChange?.(text),
        onRun: () => latest.current.onRun?.(),
        ...(complete ? { complete: (text: string, at: number) => latest.current.complete?.(text, at) ?? null } : {}),
      });
      if (latest.current.handle) latest.current.handle.current = editor.current;
      setReady(true);
    });
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = null;
      if (latest.current.handle) latest.current.handle.current = null;
    };
  }, []);
  const { text, errors } = props;
  useEffect(() => editor.current?.setText(text), [text]);
  useEffect(() => {
    if (ready && errors) editor.current?.setErrors(errors);
  }, [errors, ready]);
  return (
    <div
      ref={host}
      data-editor
      {...(props.search ? { "data-search": true } : {})}
      className={`editor overflow-hidden ${props.className ?? ""}`}
    />
  );
}
