using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Tests.Optimization;

public class ConflictFinderTests
{
    [Fact]
    public void Only_the_promises_that_contradict_each_other_are_named()
    {
        var program = Program(out var machines, out var spares);
        program.Add(new Row("spares", [new Term(spares, 1)], Sense.AtLeast, 1));
        program.Add(new Row("demand", [new Term(machines, 2)], Sense.AtLeast, 9));
        program.Add(new Row("quota", [new Term(machines, 1), new Term(spares, 1)], Sense.AtMost, 4));

        Assert.Equal<int>([1, 2], ConflictFinder.Find(program, [[0], [1], [2]]));
    }

    [Fact]
    public void A_smaller_conflict_is_preferred_to_an_irreducible_one()
    {
        var program = Program(out var machines, out var spares);
        program.Add(new Row("impossible", [new Term(machines, 1)], Sense.AtLeast, 11));
        program.Add(new Row("both", [new Term(machines, 1), new Term(spares, 1)], Sense.AtLeast, 15));
        program.Add(new Row("fewMachines", [new Term(machines, 1)], Sense.AtMost, 4));
        program.Add(new Row("fewSpares", [new Term(spares, 1)], Sense.AtMost, 4));

        Assert.Equal<int>([0], ConflictFinder.Find(program, [[0], [1], [2], [3]]));
    }

    [Fact]
    public void Facts_are_never_left_out_and_a_promise_of_several_rows_is_one()
    {
        var program = Program(out var machines, out var spares);
        program.Add(new Row("fact", [new Term(machines, 1)], Sense.AtMost, 3));
        program.Add(new Row("zoneA", [new Term(machines, 1), new Term(spares, 1)], Sense.AtLeast, 2));
        program.Add(new Row("zoneB", [new Term(machines, 1)], Sense.AtLeast, 4));

        Assert.Equal<int>([0], ConflictFinder.Find(program, [[1, 2]]));
    }

    private static IntegerProgram Program(out int machines, out int spares)
    {
        var program = new IntegerProgram();
        machines = program.Add(new Variable("machines", 0, 10, 1, true));
        spares = program.Add(new Variable("spares", 0, 10, 1, true));
        return program;
    }
}
