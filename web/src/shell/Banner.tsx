import { useState } from "react";
import { connection, useConnection } from "../api/connection";
import { sessionToken, setSessionToken } from "../api/session";

/** What keeps the whole page from working. */
export function Banner() {
  const state = useConnection();
  if (state === "ok") return null;
  if (state === "lost") {
    return (
      <div role="alert" className="banner bg-warn-soft">
        <b>Weir does not answer.</b> What is shown is from before; the page comes back by itself.
      </div>
    );
  }
  return <LogIn />;
}

/** The server, or a proxy before it, wants to know who asks. What was refused is asked again as soon as somebody says so. */
function LogIn() {
  const [refused] = useState(() => sessionToken() !== "");
  const [typed, setTyped] = useState("");
  return (
    <form
      className="banner flex flex-wrap items-center gap-2 bg-warn-soft"
      aria-label="Log in"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== "") setSessionToken(typed);
        connection.signedIn();
      }}
    >
      <span role="alert">
        <b>You are not signed in,</b> or no longer.{" "}
        {refused ? "The token that was typed in is not accepted." : "Type in the token that you were given."}
      </span>
      <label className="flex items-center gap-1.5">
        Token
        <input
          type="password"
          className="field w-56"
          autoComplete="current-password"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button type="submit" className="button primary">
        {typed.trim() === "" ? "Try again" : "Log in"}
      </button>
      {refused && (
        <button
          type="button"
          className="button"
          onClick={() => {
            setSessionToken("");
            connection.signedIn();
          }}
        >
          Forget the token
        </button>
      )}
      <span className="text-soft">It is kept until this tab is closed.</span>
    </form>
  );
}
