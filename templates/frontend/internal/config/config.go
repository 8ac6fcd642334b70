// Package config reads what the console is told: how it is called, where it
// listens and which services stand behind it.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// FileVariable is the environment variable that names the file.
	FileVariable = "SPACEONE_CONFIG_FILE"
	// prefix is that of the variables that set one value. Without it those of
	// others would be taken for them: many environments have a PORT.
	prefix = "SPACEONE_"
)

// Config is all that the console is told.
type Config struct {
	Host     string
	Port     int
	Title    string              // of the page
	Services map[string]*url.URL // the services' REST servers, by name

	// Production is what else config.json holds, for an app that reads it.
	Production map[string]any
}

// Address is where the console listens.
func (c *Config) Address() string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }

// Load reads the defaults, over them the file, over that the environment. An
// empty name is no file.
func Load(defaults []byte, file string, getenv func(string) string) (*Config, error) {
	c := new(Config)
	if err := c.merge(defaults); err != nil {
		return nil, fmt.Errorf("read the defaults: %w", err)
	}
	if file != "" {
		text, err := os.ReadFile(file) //nolint:gosec // whoever starts the console names the file
		if err != nil {
			return nil, fmt.Errorf("read the configuration: %w", err)
		}
		if err := c.merge(text); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	for _, key := range []string{"HOST", "PORT", "TITLE", "SERVICES"} {
		if value := getenv(prefix + key); value != "" {
			if err := c.Set(key, value); err != nil {
				return nil, fmt.Errorf("read the environment variable %s: %w", prefix+key, err)
			}
		}
	}
	return c, nil
}

// merge reads YAML. A key may be written in either case; one that nothing reads
// is a mistake.
func (c *Config) merge(text []byte) error {
	var nodes map[string]yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&nodes)
	if err != nil && !errors.Is(err, io.EOF) { // an empty file says nothing
		return err
	}
	for key, node := range nodes {
		if strings.EqualFold(key, "production") {
			if err := node.Decode(&c.Production); err != nil {
				return fmt.Errorf("line %d: production: give keys of config.json: %w", node.Line, err)
			}
			continue
		}
		if strings.EqualFold(key, "services") {
			var services map[string]string
			if err := node.Decode(&services); err != nil {
				return fmt.Errorf("services: give a name and an address each, as in identity: http://identity:8000: %w", err)
			}
			if err := c.setServices(services); err != nil {
				return err
			}
			continue
		}
		if err := c.Set(key, node.Value); err != nil {
			return fmt.Errorf("line %d: %w", node.Line, err)
		}
		if node.Kind != yaml.ScalarNode {
			return fmt.Errorf("line %d: %s is one value, not several", node.Line, key)
		}
	}
	return nil
}

// Set sets one value by its key. Services are written NAME=URL, separated by
// commas.
func (c *Config) Set(key, value string) error {
	switch strings.ToLower(key) {
	case "host":
		c.Host = value
	case "port":
		port, err := strconv.Atoi(value)
		if err != nil || port < 0 || port > 65535 {
			return fmt.Errorf("port %q is none: give a number from 0 to 65535", value)
		}
		c.Port = port
	case "title":
		c.Title = value
	case "services":
		services := map[string]string{}
		for pair := range strings.SplitSeq(value, ",") {
			name, address, ok := strings.Cut(strings.TrimSpace(pair), "=")
			if !ok {
				return fmt.Errorf("%q is no service: write it as identity=http://identity:8000", pair)
			}
			if _, twice := services[name]; twice {
				return fmt.Errorf("the service %s is named twice", name)
			}
			services[name] = address
		}
		return c.setServices(services)
	default:
		return fmt.Errorf("there is no setting %q; there are host, port, title and services", key)
	}
	return nil
}

// serviceName is what stands in a path: /api/cost-analysis/.
var serviceName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// setServices replaces the services.
func (c *Config) setServices(services map[string]string) error {
	c.Services = make(map[string]*url.URL, len(services))
	for name, address := range services {
		if !serviceName.MatchString(name) {
			return fmt.Errorf("services: %q is no name: use small letters, digits, - and _", name)
		}
		u, err := url.Parse(address)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return fmt.Errorf("services: %s has the address %q: give that of its REST server, as in http://%s:8000", name, address, name)
		}
		c.Services[name] = u
	}
	return nil
}
