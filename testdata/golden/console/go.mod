module github.com/cloudforet-io/console

go 1.26.0

toolchain go1.26.11

require (
	github.com/stretchr/testify v1.12.1
	go.yaml.in/yaml/v3 v3.0.6
)
