// The state of the screen lives in the address: what is written here is a link, and back and forward work.
import { useCallback, useMemo } from "react";
import { useSearch } from "wouter";
import { navigate } from "wouter/use-browser-location";

/** One parameter of the address: how it is read (null where it is absent) and written (null: the default, left out). */
export interface Param<T> {
  read(text: string | null): T;
  write(value: T): string | null;
}

type ParamValue<P> = P extends Param<infer T> ? T : never;
/** The values of a schema: `{ by: list(), metric: choice(...) }` -> `{ by: string[], metric: ... }`. */
export type Values<S> = { [K in keyof S]: ParamValue<S[K]> };

export function text(otherwise = ""): Param<string> {
  return { read: (text) => text ?? otherwise, write: (value) => (value === otherwise ? null : value) };
}

/** One of a few words; anything else in the address is the default. */
export function choice<T extends string>(words: readonly T[], otherwise: T): Param<T> {
  return {
    read: (text) => words.find((word) => word === text) ?? otherwise,
    write: (value) => (value === otherwise ? null : value),
  };
}

export function flag(otherwise = false): Param<boolean> {
  return {
    read: (text) => (text === null ? otherwise : text === "yes"),
    write: (value) => (value === otherwise ? null : value ? "yes" : "no"),
  };
}

export function wholeNumber(otherwise: number, least: number, most: number): Param<number> {
  return {
    read: (text) => {
      const value = text === null || !/^\d+$/.test(text) ? otherwise : Number(text);
      return Math.min(most, Math.max(least, value));
    },
    write: (value) => (value === otherwise ? null : String(value)),
  };
}

/** Words separated by commas. An empty list is written where the default is not empty, so that it stays empty. */
export function list(otherwise: readonly string[] = []): Param<string[]> {
  const usual = otherwise.join(",");
  return {
    read: (text) => (text === null ? [...otherwise] : text.split(",").filter((word) => word !== "")),
    write: (value) => (value.join(",") === usual ? null : value.join(",")),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a schema mixes parameters of all types
export type Schema = Record<string, Param<any>>;

export function readParams<S extends Schema>(schema: S, search: string): Values<S> {
  const given = new URLSearchParams(search);
  const out: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(schema)) out[name] = param.read(given.get(name));
  return out as Values<S>;
}

/** The query part of the address with `change` written into it; other parameters stay. "" or "?...". */
export function writeParams<S extends Schema>(schema: S, search: string, change: Partial<Values<S>>): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    const written = schema[name]?.write(value) ?? null;
    if (written === null) params.delete(name);
    else params.set(name, written);
  }
  return readable(params);
}

/** Commas, colons and slashes may stand in a query part as they are (RFC 3986 section 3.4); links stay legible. */
export function readable(params: URLSearchParams): string {
  const written = params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
  return written === "" ? "" : `?${written}`;
}

export interface SetOptions {
  /** True: no new entry in the history, for what changes with every key. */
  replace?: boolean;
}

/** The values of the schema in the address, and a function that changes some of them. */
export function useParams<S extends Schema>(schema: S) {
  const search = useSearch();
  const values = useMemo(() => readParams(schema, search), [schema, search]);
  const set = useCallback(
    (change: Partial<Values<S>>, options: SetOptions = {}) => {
      const now = window.location.search;
      const next = writeParams(schema, now, change);
      if (next !== now) navigate(window.location.pathname + next, { replace: options.replace ?? false });
    },
    [schema],
  );
  return [values, set] as const;
}
