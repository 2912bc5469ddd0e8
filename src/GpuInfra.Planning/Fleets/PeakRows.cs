using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>Each cloud carries its share of the peak, reservations their share of the baseline, and there are enough replicas.</summary>
internal static class PeakRows
{
    /// <summary>Adds the rows of a serving.</summary>
    public static IEnumerable<Promise> Add(ServingVariables variables, IntegerProgram program)
    {
        var serving = variables.Serving;
        var shares = new List<Term>();
        foreach (var cloud in serving.Clouds)
        {
            var word = JsonText.Word(cloud.Cloud);
            var terms = variables.RatesFor(cloud, _ => true).ToList();
            var right = ServingVariables.Rounded(cloud.Share);
            int? free = null;
            if (serving.HasFreeShares)
            {
                var (low, high) = (ServingVariables.Rounded(serving.Least(cloud)), ServingVariables.Rounded(serving.Most(cloud)));
                var share = program.Add(new Variable(LpFormat.Name("f", serving.Name, word), low, high, 0, false));
                shares.Add(new Term(share, 1));
                terms.Add(new Term(share, -1));
                (right, free) = (0, share);
            }

            if (!serving.Sizes.IsEmpty)
            {
                foreach (var promise in AddSizes(variables, program, cloud, right, free))
                {
                    yield return promise;
                }

                continue;
            }

            yield return new(serving, PromiseKind.Peak, word, program.Add(new Row(LpFormat.Name("peak", serving.Name, word), [.. terms], Sense.AtLeast, right)));
            if (serving.Baseline > 0)
            {
                var reserved = variables.RatesFor(cloud, choice => choice.Tier == Tier.Reserved);
                yield return new(serving, PromiseKind.Reserve, word, program.Add(new Row(
                    LpFormat.Name("reserve", serving.Name, word), reserved, Sense.AtLeast, variables.Scaled(cloud.Share * serving.Baseline))));
            }
        }

        if (shares.Count > 0)
        {
            program.Add(new Row(LpFormat.Name("shares", serving.Name), [.. shares], Sense.Equal, 1));
        }
    }

    /// <summary>The same where requests are routed by size.</summary>
    private static IEnumerable<Promise> AddSizes(ServingVariables variables, IntegerProgram program, CloudShare cloud, double part, int? share)
    {
        var (serving, word) = (variables.Serving, JsonText.Word(cloud.Cloud));
        var choices = serving.Choices.Where(choice => choice.Cloud == cloud.Cloud).ToList();
        var promises = SizeRows.Add(variables, program, PromiseKind.Peak, word, "peak", choices, serving.Peak, part, share);
        return serving.Baseline == 0 ? promises : promises.Concat(SizeRows.Add(
            variables, program, PromiseKind.Reserve, word, "reserve", choices.Where(choice => choice.Tier == Tier.Reserved), cloud.Share * serving.Baseline, 1));
    }

    /// <summary>Adds the row of a serving's fewest replicas.</summary>
    public static IEnumerable<Promise> AddReplicas(ServingVariables variables, IntegerProgram program)
    {
        var serving = variables.Serving;
        if (serving.FewestReplicas > 0)
        {
            yield return new(serving, PromiseKind.Replicas, "", program.Add(new Row(
                LpFormat.Name("replicas", serving.Name), [.. variables.Counts.Select(count => new Term(count.Variable, count.Choice.Replicas))], Sense.AtLeast, serving.FewestReplicas)));
        }
    }
}
