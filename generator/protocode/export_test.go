package protocode

// What the tests forge.
var (
	ReadProtos = readProtos
	Sum        = sumOfCode
)

// SumPath is where the sum of gen/ stands.
const SumPath = codeSum
