import { Component, type ReactNode } from "react";

/** A section that breaks takes nothing else with it. */
export class Failure extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    // After an upgrade the parts that this page wants are no longer there.
    const old = /dynamically imported module|module script/i.test(error.message);
    return (
      <div role="alert" className="notice border-bad bg-bad-soft">
        <p>
          {old
            ? "This part of the page could not be loaded: Weir was upgraded or does not answer."
            : `This section failed: ${error.message}.`}
        </p>
        <button type="button" className="button mt-2" onClick={() => location.reload()}>
          Load the page again
        </button>
      </div>
    );
  }
}
