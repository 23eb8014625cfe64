// The colours of words in the console: requests of the Elasticsearch-compatible API with JSON bodies, and SQL.
import { StreamLanguage, type StreamParser } from "@codemirror/language";
import { isKeyword } from "./sql";

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
export const LANGUAGES = { dsl: StreamLanguage.define(DSL), sql: StreamLanguage.define(SQL) };
