import { Component, type ReactNode } from 'react';

interface Props {
  /** What is missing when it cannot be shown: `The chart`. */
  readonly what: string;
  readonly children: ReactNode;
}

/** A part of the page that fails says so in its place; the rest, and the lab behind it, go on. */
export class ErrorBoundary extends Component<Props, { readonly message: string | null }> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { message } = this.state;
    if (message === null) return this.props.children;
    return (
      <div className="notice problem" role="alert">
        <p>
          {this.props.what} cannot be shown: {message}
        </p>
        <button
          type="button"
          className="button quiet"
          onClick={() => this.setState({ message: null })}
        >
          Try again
        </button>
      </div>
    );
  }
}
