import { type SubmitEvent, useState } from 'react'
import { useConsole } from './console'
import type { State } from './session/session'
import { Failure } from './ui/notice'
import { Page } from './ui/page'

/** The page on which people sign in: by name and password, or with a token. */
export function SignIn({ state }: { state: State }) {
  const { config, session } = useConsole()
  const [way, setWay] = useState<'password' | 'token'>(session.byPassword ? 'password' : 'token')
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const typed = new FormData(form)
    const text = (name: string) => String(typed.get(name) ?? '')
    setFailure(undefined)
    setBusy(true)
    try {
      if (way === 'token') {
        session.signInWith(text('token'))
      } else {
        await session.signIn({ domain: text('domain').trim(), user: text('user').trim(), password: text('password') })
      }
    } catch (error) {
      setBusy(false)
      setFailure(error)
      form.querySelector<HTMLElement>(way === 'token' ? '[name=token]' : '[name=password]')?.focus()
    }
  }
  return (
    <main className="sign-in" id="content">
      <Page title="Sign in" name={config.title}>
        {state.notice !== undefined && failure === undefined && (
          <p className="notice" role="status">
            {state.notice}
          </p>
        )}
        {session.byPassword && (
          <fieldset className="ways">
            <legend className="visually-hidden">How to sign in</legend>
            {(['password', 'token'] as const).map((one) => (
              <label key={one} className="check">
                <input
                  type="radio"
                  name="way"
                  checked={way === one}
                  onChange={() => {
                    setWay(one)
                    setFailure(undefined)
                  }}
                />
                {one === 'password' ? 'User and password' : 'Token'}
              </label>
            ))}
          </fieldset>
        )}
        <form onSubmit={(event) => void submit(event)}>
          {failure !== undefined && <Failure error={failure} />}
          {way === 'password' ? (
            <>
              <Text name="domain" label="Domain" help="Its name or its ID" autoComplete="organization" />
              <Text name="user" label="User ID" autoComplete="username" />
              <Text name="password" label="Password" type="password" autoComplete="current-password" />
            </>
          ) : (
            <Text name="token" label="Access token" type="password" autoComplete="off" />
          )}
          <button type="submit" className="primary" disabled={busy}>
            {busy ? 'Signing in…' : 'Sign in'}
          </button>
        </form>
      </Page>
    </main>
  )
}

function Text({ name, label, help, type = 'text', autoComplete }: { name: string; label: string; help?: string; type?: string; autoComplete: string }) {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input id={name} name={name} type={type} autoComplete={autoComplete} autoCapitalize="none" spellCheck={false} required aria-describedby={help && `${name}-help`} />
      {help && (
        <p className="help" id={`${name}-help`}>
          {help}
        </p>
      )}
    </div>
  )
}
