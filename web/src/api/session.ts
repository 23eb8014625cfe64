// Who this page asks as: a token that was typed in after the server, or a proxy before it, had answered 401. It is kept until
// the tab is closed. Before that nothing is sent but what the browser itself knows, such as a proxy's password.
const KEY = "weir.token";
let held: string | null = null;

export function sessionToken(): string {
  if (held === null) {
    try {
      held = sessionStorage.getItem(KEY) ?? "";
    } catch {
      held = "";
    }
  }
  return held;
}

export function setSessionToken(token: string): void {
  held = token.trim();
  try {
    if (held === "") sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, held);
  } catch {
    // Then it holds until the page is left.
  }
}

/** For the headers of a request. */
export function authorization(): Record<string, string> {
  const token = sessionToken();
  return token === "" ? {} : { Authorization: `Bearer ${token}` };
}
