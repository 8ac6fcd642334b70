//go:build unix

package chaostest

import "testing"

func (w *world) rollingRestart(t *testing.T) {}
func (w *world) columnAdded(t *testing.T)    {}
func (w *world) poolerDies(t *testing.T)     {}
func (w *world) fewDescriptors(t *testing.T) {}
func (w *world) littleMemory(t *testing.T)   {}
func (w *world) queueDies(t *testing.T)      {}
