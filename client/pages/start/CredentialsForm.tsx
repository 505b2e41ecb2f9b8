import { ArrowRight, Eye, EyeOff } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { type ClientError, readError } from "#client/trpc.ts";
import { password as passwordSchema, username as usernameSchema } from "#src/schemas/workspace.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface CredentialsFormProps {
  readonly submitLabel: string;
  readonly busy: boolean;
  /** What the server answered last; null before. */
  readonly error: unknown;
  readonly onSubmit: (credentials: Credentials) => void;
  /** A new account: the rules are checked here and shown; otherwise what was typed goes to the server as it is. */
  readonly isNew: boolean;
  /** The name that stands there at first. */
  readonly username?: string;
  readonly children?: ReactNode;
}

type Problems = Partial<Record<keyof Credentials, string>>;

function problemsOf({ username, password }: Credentials): Problems {
  const name = usernameSchema.safeParse(username);
  const secret = passwordSchema.safeParse(password);
  return {
    ...(name.success ? {} : { username: name.error.issues[0]?.message ?? "Choose another name" }),
    ...(secret.success ? {} : { password: secret.error.issues[0]?.message ?? "Choose another password" }),
  };
}

/** Name and password: for the first owner, for signing in, for joining. */
export function CredentialsForm(props: CredentialsFormProps) {
  const { submitLabel, busy, error, onSubmit, isNew, username = "", children } = props;
  const [typed, setTyped] = useState<Credentials>({ username, password: "" });
  const [checked, setChecked] = useState(false);
  const [visible, setVisible] = useState(false);
  const problems = checked && isNew ? problemsOf(typed) : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (isNew && Object.keys(problemsOf(typed)).length > 0) return;
    onSubmit(typed);
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label="Name" error={problems.username}>
        {(control) => (
          <Input
            {...control}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            className="h-9"
            value={typed.username}
            onChange={(event) => setTyped({ ...typed, username: event.target.value })}
          />
        )}
      </Field>
      <Field label="Password" error={problems.password} hint={isNew ? "At least 8 characters." : undefined}>
        {(control) => (
          <div className="relative">
            <Input
              {...control}
              name="password"
              type={visible ? "text" : "password"}
              autoComplete={isNew ? "new-password" : "current-password"}
              className="h-9 pr-9"
              value={typed.password}
              onChange={(event) => setTyped({ ...typed, password: event.target.value })}
            />
            <IconButton
              icon={visible ? EyeOff : Eye}
              label={visible ? "Hide the password" : "Show the password"}
              size="sm"
              className="absolute top-1.5 right-1.5"
              onClick={() => setVisible(!visible)}
            />
          </div>
        )}
      </Field>
      {error !== null && <FormError error={readError(error)} />}
      <Button type="submit" variant="primary" size="lg" busy={busy} className="w-full">
        {submitLabel}
        {!busy && <ArrowRight aria-hidden size={16} />}
      </Button>
      {children}
    </form>
  );
}

export function FormError({ error }: { readonly error: ClientError }) {
  return (
    <p role="alert" className="rounded-sm bg-danger-soft px-3 py-2 text-danger text-sm">
      {error.message}
    </p>
  );
}
