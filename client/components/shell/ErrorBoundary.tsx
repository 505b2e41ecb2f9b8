import { Component, type ReactNode } from "react";
import { Button } from "../ui/Button.tsx";
import { ErrorState } from "../ui/ErrorState.tsx";

interface Props {
  readonly children: ReactNode;
  /** A new value tries again, e.g. the path. */
  readonly resetKey?: string;
}

/** Keeps a fault in one page from taking the others with it. A new deploy's missing chunk lands here too: reload mends it. */
export class ErrorBoundary extends Component<Props, { readonly error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidUpdate(before: Props) {
    if (before.resetKey !== this.props.resetKey && this.state.error) this.setState({ error: null });
  }

  override render() {
    if (!this.state.error) return this.props.children;
    if (!navigator.onLine) {
      return (
        <ErrorState
          title="This page is not here yet"
          actions={<Button onClick={() => this.setState({ error: null })}>Try again</Button>}
        >
          It was never opened in this visit, and the network is gone. What you have open elsewhere is kept.
        </ErrorState>
      );
    }
    return (
      <ErrorState
        title="This page ran into a fault"
        actions={<Button onClick={() => location.reload()}>Reload the page</Button>}
      >
        Nothing that was saved is lost. Reload to get the newest version of AgentFlow and try again.
      </ErrorState>
    );
  }
}
