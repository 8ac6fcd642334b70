import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

/** Goes to another page of the console. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  history[options.replace ? 'replaceState' : 'pushState'](null, '', to)
  for (const listener of listeners) {
    listener()
  }
}

/** Where the console is: the path's parts, decoded, and the query. */
export function useLocation(): { parts: string[]; search: string } {
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search)
  const [path = '', query = ''] = address.split(/\?(.*)/s)
  return { parts: path.split('/').filter((part) => part !== '').map(decode), search: query === '' ? '' : `?${query}` }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The path that leads to parts. */
export function pathTo(...parts: string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`
}

/** A link within the console. With a modifier the browser does as it always does. */
export function Link({ to, children, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const follow = (event: MouseEvent) => {
    if (event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      navigate(to)
    }
  }
  return (
    <a href={to} onClick={follow} {...rest}>
      {children}
    </a>
  )
}
