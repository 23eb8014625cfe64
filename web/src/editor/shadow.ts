// What the editors of the page share: CodeMirror in a shadow tree. There it takes its style from adopted style sheets; in the
// page it would have to add <style> elements, which the policy forbids. Loaded with the first editor.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const looks = EditorView.theme({
  "&": { fontSize: "13px", color: "var(--color-ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { fontFamily: "var(--font-mono)", caretColor: "var(--color-ink)" },
  ".cm-content:focus": { outline: "none" },
  ".cm-cursor": { borderLeftColor: "var(--color-ink)" },
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
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--color-second)", fontWeight: "600" },
  { tag: tags.propertyName, color: "var(--color-brand)" },
  { tag: tags.string, color: "var(--color-good)" },
  { tag: [tags.number, tags.atom], color: "var(--color-warn)" },
  { tag: tags.variableName, color: "var(--color-brand)" },
  { tag: tags.comment, color: "var(--color-soft)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.operator], color: "var(--color-soft)" },
]);

export interface ShadowOptions {
  host: HTMLElement;
  label: string;
  text: string;
  onChange?: ((text: string) => void) | undefined;
  /** Keys, language, completion and looks of its own. */
  extensions: Extension;
}

/** A place that is wrong, and why. */
export interface Mistake {
  from: number;
  to: number;
  message: string;
}

export interface ShadowEditor {
  view: EditorView;
  text: () => string;
  /** Puts another text in, without telling onChange. */
  setText: (text: string) => void;
  /** Underlines the places; none: nothing is wrong. */
  setErrors: (errors: readonly Mistake[]) => void;
  destroy: () => void;
}

export function makeShadowEditor({ host, label, text, onChange, extensions }: ShadowOptions): ShadowEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open", delegatesFocus: true });
  let silent = false;
  const view = new EditorView({
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        extensions,
        syntaxHighlighting(colours),
        looks,
        tooltips({ position: "fixed" }),
        EditorView.contentAttributes.of({
          "aria-label": label,
          spellcheck: "false",
          autocapitalize: "off",
          // Editable text takes the focus anyway; axe looks for this where the text scrolls.
          tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !silent) onChange?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  root.append(view.dom);
  // The host stands for its editor, also for the shortcut. Else the tree would give the focus to the part of it that scrolls.
  host.focus = () => view.focus();
  return {
    view,
    text: () => view.state.doc.toString(),
    setText(next) {
      if (view.state.doc.toString() === next) return;
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      silent = false;
    },
    setErrors(errors) {
      const length = view.state.doc.length;
      const found = errors.map(({ from, to, message }) => ({
        from: Math.min(from, length),
        to: Math.min(Math.max(to, from), length),
        severity: "error" as const,
        message,
      }));
      view.dispatch(setDiagnostics(view.state, found));
    },
    destroy: () => view.destroy(),
  };
}
