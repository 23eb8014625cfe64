import { beforeEach, expect, test, vi } from "vitest";

const stored = new Map<string, string>();
beforeEach(() => {
  stored.clear();
  vi.resetModules();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  });
});

test("nothing is sent before a token was typed in, and nothing after it was forgotten", async () => {
  const { authorization, setSessionToken } = await import("./session");
  expect(authorization()).toEqual({});
  setSessionToken(" secret ");
  expect(authorization()).toEqual({ Authorization: "Bearer secret" });
  expect(stored.get("weir.token")).toBe("secret");
  setSessionToken("");
  expect(authorization()).toEqual({});
  expect(stored.size).toBe(0);
});

test("another load of the page in the same tab knows it still", async () => {
  stored.set("weir.token", "secret");
  expect((await import("./session")).sessionToken()).toBe("secret");
});

test("a browser that forbids storage keeps it for the page", async () => {
  vi.stubGlobal("sessionStorage", {
    getItem: () => {
      throw new Error("forbidden");
    },
    setItem: () => {
      throw new Error("forbidden");
    },
  });
  const { sessionToken, setSessionToken } = await import("./session");
  expect(sessionToken()).toBe("");
  setSessionToken("secret");
  expect(sessionToken()).toBe("secret");
});
