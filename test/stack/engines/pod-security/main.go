// Prints, for the DaemonSet on standard input, what each level of the Pod Security Standards has against its pods: a line
// "level: reason (detail)" for each, and nothing where it has nothing.
package main

import (
	"fmt"
	"io"
	"os"

	apps "k8s.io/api/apps/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	var set apps.DaemonSet
	if err := yaml.UnmarshalStrict(text, &set); err != nil {
		return err
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	template := set.Spec.Template
	for _, level := range []api.Level{api.LevelPrivileged, api.LevelBaseline, api.LevelRestricted} {
		version := api.LevelVersion{Level: level, Version: api.LatestVersion()}
		for _, result := range evaluator.EvaluatePod(version, &template.ObjectMeta, &template.Spec) {
			if !result.Allowed {
				fmt.Printf("%s: %s (%s)\n", level, result.ForbiddenReason, result.ForbiddenDetail)
			}
		}
	}
	return nil
}
