import { type ReactNode, useEffect, useRef } from 'react'

/**
 * A page with its heading. A new page is announced by its title and takes the
 * focus to its heading, except the first: there the browser has done so.
 */
export function Page({ title, name, actions, children }: { title: string; name: string; actions?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – ${name}`
  }, [title, name])
  useEffect(() => {
    if (arrived) {
      heading.current?.focus()
    }
    arrived = true
  }, [])
  return (
    <>
      <header className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div className="actions">{actions}</div>}
      </header>
      {children}
    </>
  )
}

/** Whether a page has been shown before. */
let arrived = false
