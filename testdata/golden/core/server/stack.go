package server

// callStack is about as much stack as a call takes, in bytes. With what gRPC has used
// before, it fits into 16 KiB, the most that the runtime keeps at hand for goroutines.
const callStack = 10 << 10

// grow makes room for a call on the stack, if there is none yet. gRPC runs each call in a
// goroutine of its own, which begins with a few KiB; to grow its stack deep within the
// call, where all that is on it has to be moved, took a tenth of the work for a get. The
// size of the frame is what does it: nothing is written there.
//
//go:noinline
func grow(never int) byte {
	if never > 0 {
		var room [callStack]byte
		for i := range never {
			room[i%callStack]++
		}
		return room[never%callStack]
	}
	return 0
}
