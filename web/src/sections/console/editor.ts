// The console's editors: CodeMirror in a shadow tree (see filter/editor.ts for why). Loaded when the console is opened.
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
import {
  bracketMatching,
  HighlightStyle,
  indentUnit,
  StreamLanguage,
  type StreamParser,
  syntaxHighlighting,
} from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Found } from "./dslComplete";
import { isKeyword } from "./sql";

export type Words = "dsl" | "sql";

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
  setErrors: (errors: readonly { from: number; to: number; message: string }[]) => void;
  focus: () => void;
  destroy: () => void;
}

const DSL: StreamParser<unknown> = {
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.sol() || /^\s*$/.test(stream.string.slice(0, stream.pos))) {
      if (stream.match(/^(?:#|\/\/).*/)) return "comment";
      if (stream.match(/^(?:GET|POST|PUT|DELETE|HEAD)\b/i)) return "keyword";
    }
    if (stream.match(/^"(?:\\.|[^"\\])*"(?=\s*:)/)) return "propertyName";
    if (stream.match(/^"(?:\\.|[^"\\])*"?/)) return "string";
    if (stream.match(/^(?:true|false|null)\b/)) return "atom";
    if (stream.match(/^-?\d[\d.eE+-]*/)) return "number";
    if (stream.match(/^[{}[\],:]/)) return "punctuation";
    stream.match(/^[^\s{}[\],:"]+/) || stream.next();
    return null;
  },
};
const SQL: StreamParser<{ comment: boolean }> = {
  startState: () => ({ comment: false }),
  token(stream, state) {
    if (state.comment) {
      state.comment = !stream.match(/^.*?\*\//);
      if (state.comment) stream.skipToEnd();
      return "comment";
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^--.*/)) return "comment";
    if (stream.match("/*")) {
      state.comment = true;
      return "comment";
    }
    if (stream.match(/^'(?:''|[^'])*'?/)) return "string";
    if (stream.match(/^"(?:""|[^"])*"?/)) return "propertyName";
    if (stream.match(/^\d[\w.]*/)) return "number";
    const word = stream.match(/^[A-Za-z_]\w*/);
    if (word && typeof word !== "boolean") {
      if (isKeyword(word[0])) return "keyword";
      return stream.match(/^\s*\(/, false) ? "variableName" : null;
    }
    stream.next();
    return null;
  },
};
const LANGUAGES = { dsl: StreamLanguage.define(DSL), sql: StreamLanguage.define(SQL) };

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--color-second)", fontWeight: "600" },
  { tag: tags.propertyName, color: "var(--color-brand)" },
  { tag: tags.string, color: "var(--color-good)" },
  { tag: [tags.number, tags.atom], color: "var(--color-warn)" },
  { tag: tags.variableName, color: "var(--color-brand)" },
  { tag: tags.comment, color: "var(--color-soft)", fontStyle: "italic" },
  { tag: tags.punctuation, color: "var(--color-soft)" },
]);
const looks = EditorView.theme({
  "&": { fontSize: "13px", color: "var(--color-ink)", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { fontFamily: "var(--font-mono)", padding: "6px 0", caretColor: "var(--color-ink)" },
  ".cm-scroller": { lineHeight: "1.5", overflow: "auto" },
  ".cm-gutters": { background: "var(--color-sunken)", color: "var(--color-soft)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 6px" },
  ".cm-cursor": { borderLeftColor: "var(--color-ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--color-brand-soft)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    background: "var(--color-brand-soft)",
    outline: "1px solid var(--color-brand)",
  },
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
    background: "var(--color-bad-soft)",
    textDecoration: "underline wavy var(--color-bad)",
    textUnderlineOffset: "3px",
  },
  ".cm-diagnostic": { padding: "4px 8px", borderLeft: "3px solid var(--color-bad)" },
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
  const root = options.host.shadowRoot ?? options.host.attachShadow({ mode: "open", delegatesFocus: true });
  let silent = false;
  const writing: Extension[] = options.readOnly
    ? [EditorState.readOnly.of(true)]
    : [
        Prec.highest(
          keymap.of([
            {
              key: "Mod-Enter",
              run: () => {
                options.onRun?.();
                return true;
              },
            },
            { key: "Tab", run: acceptCompletion },
            {
              key: "Escape",
              run: (view) => {
                // The list of completions closes first; then the focus leaves, so that Tab walks on.
                if (view.dom.querySelector(".cm-tooltip-autocomplete")) return false;
                view.contentDOM.blur();
                return true;
              },
            },
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
  const view = new EditorView({
    root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        writing,
        keymap.of([...defaultKeymap, ...historyKeymap]),
        lineNumbers(),
        drawSelection(),
        bracketMatching(),
        indentUnit.of("  "),
        LANGUAGES[options.words],
        syntaxHighlighting(colours),
        looks,
        tooltips({ position: "fixed" }),
        EditorView.contentAttributes.of({
          "aria-label": options.label,
          spellcheck: "false",
          autocapitalize: "off",
          // Editable text takes the focus anyway; axe looks for this where the text scrolls.
          tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !silent) options.onChange?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  root.append(view.dom);
  // The tree would give the focus to its first part that takes it, the one that scrolls; it belongs to the text.
  options.host.focus = () => view.focus();
  // The tree's own style: the editor fills its host.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":host { display: block; } .cm-editor { height: 100%; }");
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  return {
    text: () => view.state.doc.toString(),
    cursor: () => view.state.selection.main.head,
    setText(text) {
      if (view.state.doc.toString() === text) return;
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      silent = false;
    },
    setErrors(errors) {
      const length = view.state.doc.length;
      const found = errors.map((one) => ({
        from: Math.min(one.from, length),
        to: Math.min(Math.max(one.to, one.from), length),
        severity: "error" as const,
        message: one.message,
      }));
      view.dispatch(setDiagnostics(view.state, found));
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
