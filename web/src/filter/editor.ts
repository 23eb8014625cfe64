// The filter editor (editor/shadow.ts). Loaded when the first one is shown.
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { StreamLanguage } from "@codemirror/language";
import { Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { type Mistake, makeShadowEditor } from "../editor/shadow";

export interface Candidates {
  start: number;
  length: number;
  candidates: { kind: string; text: string; description: string }[];
}
export interface EditorOptions {
  host: HTMLElement;
  label: string;
  hint: string;
  text: string;
  onChange: (text: string) => void;
  /** Enter, where no completion is chosen. */
  onApply: (text: string) => void;
  complete: (text: string, position: number, signal: AbortSignal) => Promise<Candidates | null>;
}
export interface Editor {
  setText: (text: string) => void;
  /** Underlines a place; null: nothing is wrong. */
  setError: (error: Mistake | null) => void;
  destroy: () => void;
}

const WORDS = /^(?:and|or|not|in|is|known|unknown|any|src|dst|eq|ne|lt|le|gt|ge)\b/i;
const language = StreamLanguage.define({
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"(?:\\.|[^"\\])*"?/) || stream.match(/^'(?:\\.|[^'\\])*'?/)) return "string";
    if (stream.match(WORDS)) return "keyword";
    if (stream.match(/^[a-z_][a-z_0-9]*\b(?![.:/])/i)) return "variableName";
    if (stream.match(/^[0-9a-f][\w.:/-]*/i)) return "number";
    if (stream.match(/^(?:[=!<>~&|]+)/)) return "operator";
    stream.next();
    return null;
  },
});
/** As tall as its text, up to a few lines. */
const looks = EditorView.theme({
  ".cm-content": { padding: "4px 0" },
  ".cm-line": { padding: "0 8px" },
  ".cm-scroller": { maxHeight: "7.5rem", lineHeight: "1.45" },
  ".cm-placeholder": { color: "var(--color-soft)" },
});

const KINDS: Record<string, string> = {
  column: "property",
  value: "constant",
  connective: "keyword",
  comparison: "keyword",
};

function source(complete: EditorOptions["complete"]) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const before = context.matchBefore(/[\w.:/"'-]+/);
    if (!before && !context.explicit && context.pos > 0 && context.state.sliceDoc(context.pos - 1, context.pos) !== " ")
      return null;
    const abort = new AbortController();
    context.addEventListener("abort", () => abort.abort());
    const text = context.state.doc.toString();
    const found = await complete(text, context.pos, abort.signal).catch(() => null);
    if (!found || context.aborted || found.candidates.length === 0) return null;
    const options: Completion[] = found.candidates.map((candidate, i) => ({
      label: candidate.text,
      detail: candidate.description,
      type: KINDS[candidate.kind] ?? "text",
      boost: -i, // the server's order
    }));
    return { from: found.start, to: found.start + found.length, options, filter: false };
  };
}

export function makeEditor(options: EditorOptions): Editor {
  const apply = (editor: EditorView) => {
    options.onApply(editor.state.doc.toString());
    return true;
  };
  const leave = (editor: EditorView) => {
    editor.contentDOM.blur();
    return true;
  };
  const { setText, setErrors, destroy } = makeShadowEditor({
    ...options,
    extensions: [
      Prec.high(
        keymap.of([
          { key: "Enter", run: apply },
          { key: "Mod-Enter", run: apply },
          { key: "Escape", run: leave },
        ]),
      ),
      Prec.highest(keymap.of(completionKeymap)),
      autocompletion({ override: [source(options.complete)], icons: false, interactionDelay: 0 }),
      history(),
      keymap.of([...defaultKeymap.filter(({ key }) => key !== "Enter"), ...historyKeymap]),
      language,
      looks,
      placeholder(options.hint),
      EditorView.lineWrapping,
    ],
  });
  return { setText, setError: (error) => setErrors(error ? [error] : []), destroy };
}
