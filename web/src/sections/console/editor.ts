// The console's editors (editor/shadow.ts). Loaded when the console is opened.
import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { type Mistake, makeShadowEditor } from "../../editor/shadow";
import type { Found } from "./dslComplete";
import { LANGUAGES } from "./languages";

export type Words = keyof typeof LANGUAGES;

export interface ConsoleEditorOptions {
  host: HTMLElement;
  label: string;
  words: Words;
  text: string;
  readOnly?: boolean;
  onChange?: (text: string) => void;
  /** Ctrl+Enter. */
  onRun?: () => void;
  complete?: (text: string, cursor: number) => Found | null;
}

export interface ConsoleEditor {
  text: () => string;
  cursor: () => number;
  setText: (text: string) => void;
  setErrors: (errors: readonly Mistake[]) => void;
  focus: () => void;
  destroy: () => void;
}

/** It fills its host, with numbers of lines. */
const looks = EditorView.theme({
  "&": { height: "100%" },
  ".cm-content": { padding: "6px 0" },
  ".cm-scroller": { lineHeight: "1.5", overflow: "auto" },
  ".cm-gutters": { background: "var(--color-sunken)", color: "var(--color-soft)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 6px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--color-brand-soft)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    background: "var(--color-brand-soft)",
    outline: "1px solid var(--color-brand)",
  },
});

function sourceOf(complete: (text: string, cursor: number) => Found | null) {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.doc.toString();
    const before = text[context.pos - 1] ?? "\n";
    if (
      !context.explicit &&
      !/[\w."]/.test(before) &&
      !(before === " " && /^\s*(GET|POST) $/i.test(lineOf(text, context.pos)))
    )
      return null;
    const found = complete(text, context.pos);
    if (!found) return null;
    const options: Completion[] = found.candidates.map((one, i) => ({
      label: one.text,
      ...(one.about ? { detail: one.about } : {}),
      boost: -Math.min(99, i),
      apply: (view, _completion, from, to) => put(view, one.text, one.after, from, to),
    }));
    return { from: found.from, to: found.to, options, validFor: /^[\w.@*/?=-]*$/ };
  };
}

function lineOf(text: string, at: number): string {
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
}

/** Puts the word in: quoted where the language quotes it, with what follows a key, the cursor where something is missing. */
function put(view: EditorView, word: string, after: string | undefined, from: number, to: number) {
  const doc = view.state.doc.toString();
  const isSql = after === "(|)";
  const opened = doc[from - 1] === '"';
  const closed = doc[to] === '"';
  const json = inJson(doc, from);
  const rest = doc.slice(closed ? to + 1 : to, to + 8);
  let tail = after ?? "|";
  if (after && (isSql ? rest.startsWith("(") : /^\s*:/.test(rest))) tail = "|";
  const quote = json && !isSql && !/^[\d-]/.test(word);
  const begin = quote && !opened ? '"' : "";
  const end = quote ? '"' : "";
  const text = begin + word + end + tail;
  const mark = text.indexOf("|");
  view.dispatch({
    changes: { from, to: quote && closed ? to + 1 : to, insert: text.replace("|", "") },
    selection: { anchor: from + (mark < 0 ? text.length : mark) },
  });
}

/** Whether the place is in the body of a request: an open brace stands before it in this request. */
function inJson(doc: string, at: number): boolean {
  const line = lineOf(doc, at);
  if (/^\s*(GET|POST|HEAD|DELETE|PUT)\b/i.test(line)) return false;
  return /(^|\n)\s*(GET|POST|HEAD|DELETE|PUT)\s+\S+\s*\n\s*\{/i.test(doc.slice(0, at));
}

export function makeConsoleEditor(options: ConsoleEditorOptions): ConsoleEditor {
  const editor = makeShadowEditor({
    host: options.host,
    label: options.label,
    text: options.text,
    onChange: options.onChange,
    extensions: [
      options.readOnly ? EditorState.readOnly.of(true) : writing(options),
      keymap.of([...defaultKeymap, ...historyKeymap]),
      lineNumbers(),
      drawSelection(),
      bracketMatching(),
      indentUnit.of("  "),
      LANGUAGES[options.words],
      looks,
    ],
  });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":host { display: block; } .cm-editor { height: 100%; }");
  const root = options.host.shadowRoot;
  if (root) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  return { ...editor, cursor: () => editor.view.state.selection.main.head, focus: () => editor.view.focus() };
}

function writing(options: ConsoleEditorOptions): Extension[] {
  const run = () => {
    options.onRun?.();
    return true;
  };
  const leave = (view: EditorView) => {
    // The list of completions closes first; then the focus leaves, so that Tab walks on.
    if (view.dom.querySelector(".cm-tooltip-autocomplete")) return false;
    view.contentDOM.blur();
    return true;
  };
  return [
    Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run },
        { key: "Tab", run: acceptCompletion },
        { key: "Escape", run: leave },
      ]),
    ),
    keymap.of([...completionKeymap, ...closeBracketsKeymap]),
    autocompletion({
      override: options.complete ? [sourceOf(options.complete)] : [],
      icons: false,
      interactionDelay: 0,
    }),
    closeBrackets(),
    history(),
  ];
}
