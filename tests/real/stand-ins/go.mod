module eks-exercises/tests/real/stand-ins

go 1.26.0
