package server_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/server"
)

func TestAdminServesMetricsAndHealth(t *testing.T) {
	registry := prometheus.NewRegistry()
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "things_total", Help: "Things."})
	registry.MustRegister(counter)
	counter.Add(3)
	var broken error
	admin := server.NewAdmin(server.AdminOptions{Address: "127.0.0.1:0", Gatherer: registry, Ready: func() error {
		if broken != nil && broken.Error() == "panic" {
			panic(broken)
		}
		return broken
	}})
	run(t, admin.Module())
	url := "http://" + admin.Address()

	res, body := send(t, http.MethodGet, url+"/metrics", nil)
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.Contains(t, body, "things_total 3")

	res, body = send(t, http.MethodGet, url+"/check", nil)
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.JSONEq(t, `{"status":"SERVING"}`, body)

	broken = errors.New("database: connection refused")
	res, body = send(t, http.MethodGet, url+"/check", nil)
	assert.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	assert.JSONEq(t, `{"status":"NOT_SERVING","reason":"database: connection refused"}`, body)

	broken = errors.New("panic")
	res, _ = send(t, http.MethodGet, url+"/check", nil)
	assert.Equal(t, http.StatusInternalServerError, res.StatusCode)
	res, _ = send(t, http.MethodGet, url+"/debug/pprof/", nil)
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
}

func TestCheckExposure(t *testing.T) {
	for host, beyond := range map[string]bool{
		"127.0.0.1": false, "127.8.9.1": false, "::1": false, "localhost": false, "LocalHost": false,
		"0.0.0.0": true, "": true, "::": true, "10.0.0.1": true, "localhost.example.com": true, "127.0.0.1.example.com": true, "127.1": true,
	} {
		t.Run(host, func(t *testing.T) {
			require.NoError(t, server.CheckExposure(host, true, ""))
			require.NoError(t, server.CheckExposure(host, false, "none"))
			err := server.CheckExposure(host, false, "")
			assert.Equal(t, beyond, err != nil)
			assert.Equal(t, beyond, server.CheckExposure(host, false, "None") != nil, "in so many words")
			if beyond {
				assert.ErrorContains(t, err, "AUTHENTICATION: none")
			}
		})
	}
}
