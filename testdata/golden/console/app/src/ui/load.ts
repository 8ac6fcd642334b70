import { useCallback, useEffect, useRef, useState } from 'react'

/** What is being loaded: the newest answer stays while the next is awaited. */
export interface Loaded<T> {
  data?: T | undefined
  error?: unknown
  loading: boolean
  reload: () => void
}

interface State<T> {
  /** What was asked for, and the how manieth time. */
  key?: string
  round?: number
  data?: T | undefined
  error?: unknown
}

/**
 * Loads something, anew whenever key changes, and every so many milliseconds
 * if asked. An answer that arrives too late is dropped. Loading by the clock
 * waits while the page is hidden and never overtakes itself.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, key: string, every?: number): Loaded<T> {
  const [state, setState] = useState<State<T>>({})
  const [round, setRound] = useState(0)
  const newest = useRef(load)
  useEffect(() => {
    newest.current = load
  })

  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const run = async () => {
      try {
        const data = await newest.current(stop.signal)
        if (!stop.signal.aborted) {
          setState({ key, round, data })
        }
      } catch (error) {
        if (!stop.signal.aborted) {
          setState((before) => ({ key, round, data: before.key === key ? before.data : undefined, error }))
        }
      }
      if (every !== undefined && !stop.signal.aborted) {
        timer = setTimeout(again, every)
      }
    }
    const again = () => {
      if (document.hidden) {
        timer = setTimeout(again, every)
      } else {
        void run()
      }
    }
    void run()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [key, round, every])

  const reload = useCallback(() => setRound((n) => n + 1), [])
  return { data: state.data, error: state.error, loading: state.key !== key || state.round !== round, reload }
}
