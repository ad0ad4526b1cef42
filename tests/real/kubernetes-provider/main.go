// The Kubernetes provider of Pulumi. The main of its own module embeds files that the module lacks, so
// this one reads the schema, which the module has, from beside the executable. The mapping is for the
// conversion of Terraform programs only.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	executable, err := os.Executable()
	if err != nil {
		fail(err)
	}
	schema, err := os.ReadFile(filepath.Join(filepath.Dir(executable), "schema.json"))
	if err != nil {
		fail(err)
	}
	provider.Serve("kubernetes", version.Version, schema, []byte("{}"))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
