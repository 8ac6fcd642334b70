import { useCallback, useMemo, useState, useSyncExternalStore } from 'react'
import { messageOf } from './api/error'
import { type Config, loadConfig } from './config'
import { ConsoleContext, useConsole } from './console'
import { Detail } from './resource/detail'
import { List } from './resource/list'
import { loadServices, type Service } from './services'
import { type Places as SessionPlaces, Session } from './session/session'
import { SignIn } from './signin'
import { useLoad } from './ui/load'
import { Failure } from './ui/notice'
import { Page } from './ui/page'
import { Link, pathTo, useLocation } from './ui/router'

/** The console, once it knows what it is configured with. */
export function App() {
  const { data: config, error, reload } = useLoad(loadConfig, 'config')
  if (config !== undefined) {
    return <Root config={config} />
  }
  return <main id="content">{error === undefined ? <p role="status">Loading…</p> : <Failure error={error} retry={reload} />}</main>
}

/** How long is told what has been done. */
const told = 6000

function Root({ config }: { config: Config }) {
  const [session] = useState(() => new Session(config.services['identity']))
  const [text, setText] = useState('')
  const announce = useCallback((said: string) => {
    setText(said)
    setTimeout(() => setText((current) => (current === said ? '' : current)), told)
  }, [])
  const state = useSyncExternalStore(session.subscribe, session.snapshot)
  const value = useMemo(() => ({ config, session, announce }), [config, session, announce])
  return (
    <ConsoleContext value={value}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="banner">
        <Link to="/" className="brand">
          {config.title}
        </Link>
        {state.claims && (
          <div className="who">
            {state.places && <Places session={session} places={state.places} />}
            <span>{[state.claims.audience, state.claims.role].filter((part) => part !== '').join(' · ')}</span>
            <button type="button" onClick={() => session.signOut()}>
              Sign out
            </button>
          </div>
        )}
      </header>
      {state.status === 'out' ? <SignIn state={state} /> : <Services key={[state.claims?.audience, state.places?.current.workspace].join(' ')} />}
      <p className="announcement" role="status">
        {text}
      </p>
    </ConsoleContext>
  )
}

/** Where one is, and where one may go: the domain as a whole, or one of its workspaces. */
function Places({ session, places }: { session: Session; places: SessionPlaces }) {
  const { announce } = useConsole()
  if (places.workspaces.length === 0) {
    return null
  }
  const go = async (workspace: string) => {
    try {
      await session.go(workspace === '' ? { scope: 'DOMAIN' } : { scope: 'WORKSPACE', workspace })
    } catch (error) {
      announce(messageOf(error))
    }
  }
  return (
    <select aria-label="Workspace" value={places.current.workspace ?? ''} onChange={(event) => void go(event.target.value)}>
      {places.domain && <option value="">The whole domain</option>}
      {places.workspaces.map((workspace) => (
        <option key={workspace.id} value={workspace.id}>
          {workspace.name}
        </option>
      ))}
    </select>
  )
}

function Services() {
  const { config } = useConsole()
  const { data: services, error, reload } = useLoad((signal) => loadServices(config, signal), 'services')
  const { parts, search } = useLocation()
  return (
    <div className="layout">
      <nav aria-label="Services" className="services">
        {services?.map((service) => (
          <section key={service.name} aria-labelledby={`service-${service.name}`}>
            <h2 id={`service-${service.name}`}>{service.name}</h2>
            {service.error !== undefined && (
              <p className="silent">
                It does not answer.{' '}
                <button type="button" aria-label={`Try again: ${service.name}`} onClick={reload}>
                  Try again
                </button>
              </p>
            )}
            <ul>
              {service.resources.map((resource) => (
                <li key={resource.slug}>
                  <Link to={pathTo(service.name, resource.slug)} aria-current={parts[0] === service.name && parts[1] === resource.slug ? 'page' : undefined}>
                    {resource.plural}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <main id="content" tabIndex={-1}>
        {services === undefined && (error === undefined ? <p role="status">Loading…</p> : <Failure error={error} retry={reload} />)}
        {services && <Content services={services} parts={parts} search={search} />}
      </main>
    </div>
  )
}

/** What the address asks for. */
function Content({ services, parts, search }: { services: Service[]; parts: string[]; search: string }) {
  const { config } = useConsole()
  const [name, slug, ...keys] = parts
  if (name === undefined) {
    return (
      <Page title={config.title} name="Overview">
        {services.length === 0 ? <p>This console is pointed at no service. Name some in its configuration, under services.</p> : <Overview services={services} />}
      </Page>
    )
  }
  const service = services.find((candidate) => candidate.name === name)
  const resource = service?.resources.find((candidate) => candidate.slug === slug)
  if (service?.error !== undefined) {
    return (
      <Page title={name} name={config.title}>
        <p>This service does not answer at the moment.</p>
        <Failure error={service.error} />
      </Page>
    )
  }
  if (resource === undefined || (keys.length > 0 && keys.length !== resource.keys.length)) {
    return (
      <Page title="Not found" name={config.title}>
        <p>There is nothing at this address.</p>
      </Page>
    )
  }
  const key = parts.join('/')
  return keys.length > 0 ? <Detail key={key} resource={resource} keys={keys} /> : <List key={key} resource={resource} search={search} />
}

function Overview({ services }: { services: Service[] }) {
  return (
    <ul className="overview">
      {services.map((service) => (
        <li key={service.name}>
          <h2>{service.name}</h2>
          {service.error !== undefined && <Failure error={service.error} />}
          <ul>
            {service.resources.map((resource) => (
              <li key={resource.slug}>
                <Link to={pathTo(service.name, resource.slug)}>{resource.plural}</Link>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  )
}
