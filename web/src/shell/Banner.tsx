import { connection, useConnection } from "../api/connection";

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
  return (
    <div role="alert" className="banner bg-warn-soft">
      <b>You are not signed in,</b> or no longer.{" "}
      <button type="button" className="link" onClick={() => connection.signedIn()}>
        Try again
      </button>
    </div>
  );
}
