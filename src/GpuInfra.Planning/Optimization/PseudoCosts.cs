namespace GpuInfra.Planning.Optimization;

/// <summary>
/// What branching on each variable has raised the bound by, per unit of fraction cut off (Bénichou et al. 1971), begun by trying both
/// branches for a few steps ("strong branching").
/// </summary>
internal sealed class PseudoCosts(int variables)
{
    private readonly double[] _sumDown = new double[variables];
    private readonly double[] _sumUp = new double[variables];
    private readonly int[] _down = new int[variables];
    private readonly int[] _up = new int[variables];

    /// <summary>Takes note of a branch that was solved.</summary>
    public void Learn(int variable, bool up, double raisedBy, double distance)
    {
        var gain = Math.Max(0, raisedBy) / Math.Max(distance, 1e-6);
        if (up)
        {
            (_sumUp[variable], _up[variable]) = (_sumUp[variable] + gain, _up[variable] + 1);
        }
        else
        {
            (_sumDown[variable], _down[variable]) = (_sumDown[variable] + gain, _down[variable] + 1);
        }
    }

    /// <summary>True when both directions have been seen often enough.</summary>
    public bool IsReliable(int variable, int times) => Math.Min(_down[variable], _up[variable]) >= times;

    /// <summary>How much branching on a variable promises: the product of both directions' gains.</summary>
    public double Score(int variable, double fraction) => Product(
        Mean(_sumDown[variable], _down[variable]) * fraction, Mean(_sumUp[variable], _up[variable]) * (1 - fraction));

    /// <summary>The score of two gains; a direction that gains nothing does not wipe out the other.</summary>
    public static double Product(double down, double up) => Math.Max(down, 1e-6) * Math.Max(up, 1e-6);

    private static double Mean(double sum, int count) => count == 0 ? 1 : sum / count;
}
