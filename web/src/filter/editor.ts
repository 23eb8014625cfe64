// The filter editor: CodeMirror in a shadow tree. There it takes its style from adopted style sheets; in the page it would
// have to add <style> elements, which the policy forbids. Loaded when the first editor is shown.
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";

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
  setError: (error: { from: number; to: number; message: string } | null) => void;
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
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--color-second)", fontWeight: "600" },
  { tag: tags.string, color: "var(--color-good)" },
  { tag: tags.number, color: "var(--color-brand)" },
  { tag: tags.comment, color: "var(--color-soft)", fontStyle: "italic" },
  { tag: tags.operator, color: "var(--color-soft)" },
]);
const looks = EditorView.theme({
  "&": { fontSize: "13px", color: "var(--color-ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { fontFamily: "var(--font-mono)", padding: "4px 0", caretColor: "var(--color-ink)" },
  ".cm-content:focus": { outline: "none" },
  ".cm-line": { padding: "0 8px" },
  ".cm-scroller": { maxHeight: "7.5rem", lineHeight: "1.45" },
  ".cm-cursor": { borderLeftColor: "var(--color-ink)" },
  ".cm-placeholder": { color: "var(--color-soft)" },
  ".cm-tooltip": {
    background: "var(--color-card)",
    color: "var(--color-ink)",
    border: "1px solid var(--color-edge)",
    borderRadius: "5px",
    boxShadow: "0 6px 24px rgb(0 0 0 / 0.22)",
    zIndex: "60",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)",
    maxHeight: "16rem",
    maxWidth: "min(46rem, 90vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--color-brand-soft)", color: "var(--color-ink)" },
  ".cm-completionDetail": {
    color: "var(--color-soft)",
    fontStyle: "normal",
    fontFamily: "var(--font-sans)",
    marginLeft: "1em",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--color-bad)",
    textUnderlineOffset: "3px",
  },
  ".cm-diagnostic": { padding: "4px 8px", borderLeft: "3px solid var(--color-bad)" },
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
  const root = options.host.shadowRoot ?? options.host.attachShadow({ mode: "open" });
  let silent = false;
  const apply = (editor: EditorView) => {
    options.onApply(editor.state.doc.toString());
    return true;
  };
  const leave = (editor: EditorView) => {
    editor.contentDOM.blur();
    return true;
  };
  const view = new EditorView({
    root,
    state: EditorState.create({
      doc: options.text,
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
        syntaxHighlighting(colours),
        looks,
        tooltips({ position: "fixed" }),
        placeholder(options.hint),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !silent) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  root.append(view.dom);
  // For the shortcut: the host stands for its editor.
  options.host.focus = () => view.focus();
  return {
    setText(text) {
      if (view.state.doc.toString() === text) return;
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      silent = false;
    },
    setError(error) {
      const length = view.state.doc.length;
      const found: Diagnostic[] = error
        ? [
            {
              from: Math.min(error.from, length),
              to: Math.min(Math.max(error.to, error.from), length),
              severity: "error",
              message: error.message,
            },
          ]
        : [];
      view.dispatch(setDiagnostics(view.state, found));
    },
    destroy() {
      view.destroy();
    },
  };
}
