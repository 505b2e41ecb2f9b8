import { Component, type ReactNode } from "react";

interface CodeFallbackProps {
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

/** When the code editor cannot be loaded (a new release, no network), the plain field does: a setting is never locked. */
export class CodeFallback extends Component<CodeFallbackProps, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
