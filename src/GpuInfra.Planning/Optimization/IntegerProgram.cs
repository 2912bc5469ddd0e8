namespace GpuInfra.Planning.Optimization;

/// <summary>
/// A linear program of which some variables are whole numbers: minimise cᵀx subject to rows aᵀx ≤, =, ≥ b and finite bounds l ≤ x ≤ u.
/// Finite bounds are asked for because with them every vector of duals proves a lower bound (see <see cref="DualSimplex.SafeBound"/>),
/// so that no proof rests on a tolerance of the simplex method.
/// </summary>
internal sealed class IntegerProgram
{
    private readonly List<Variable> _variables = [];
    private readonly List<Row> _rows = [];
    private readonly List<int> _seen = [];
    private int _checks;

    /// <summary>Variables in the order they were added; a variable's number is its place here.</summary>
    public IReadOnlyList<Variable> Variables => _variables;

    /// <summary>Rows in the order they were added.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>Adds a variable and returns its number.</summary>
    /// <exception cref="ArgumentException">A bound is not finite, or the bounds are crossed.</exception>
    public int Add(Variable variable)
    {
        if (!double.IsFinite(variable.Lower) || !double.IsFinite(variable.Upper) || variable.Lower > variable.Upper)
        {
            throw new ArgumentException($"{variable.Name} needs finite bounds in order, not [{variable.Lower}, {variable.Upper}].", nameof(variable));
        }

        _variables.Add(variable);
        _seen.Add(0);
        return _variables.Count - 1;
    }

    /// <summary>Adds a row and returns its number. A variable may stand in it once.</summary>
    /// <exception cref="ArgumentException">A number is not finite, or a variable is unknown or stands in it twice.</exception>
    public int Add(Row row)
    {
        _checks++;
        var known = double.IsFinite(row.RightHandSide);
        foreach (var (variable, coefficient) in row.Terms)
        {
            known = known && double.IsFinite(coefficient) && variable >= 0 && variable < _variables.Count;
            if (!known)
            {
                break;
            }

            if (_seen[variable] == _checks)
            {
                throw new ArgumentException($"Row {row.Name} names a variable twice.", nameof(row));
            }

            _seen[variable] = _checks;
        }

        if (!known)
        {
            throw new ArgumentException($"Row {row.Name} has a number that is not finite or a variable that is unknown.", nameof(row));
        }

        _rows.Add(row);
        return _rows.Count - 1;
    }

    /// <summary>The objective's value at a point, without rounding of whole numbers.</summary>
    public decimal Cost(IReadOnlyList<double> values)
    {
        var sum = 0m;
        for (var variable = 0; variable < _variables.Count; variable++)
        {
            if (_variables[variable].Cost != 0)
            {
                sum += _variables[variable].Cost * (decimal)values[variable];
            }
        }

        return sum;
    }

    /// <summary>True when a point keeps every bound and row, each to <see cref="Tolerance.Feasibility"/>.</summary>
    public bool Holds(ReadOnlySpan<double> values)
    {
        for (var variable = 0; variable < _variables.Count; variable++)
        {
            if (values[variable] < _variables[variable].Lower - Tolerance.Feasibility || values[variable] > _variables[variable].Upper + Tolerance.Feasibility)
            {
                return false;
            }
        }

        foreach (var row in _rows)
        {
            if (row.Violation(values) > Tolerance.Feasibility)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>What may be decided.</summary>
/// <param name="Name">Its name in the LP file: letters, digits and <c>_.</c>, beginning with a letter, unique.</param>
/// <param name="Lower">The least value.</param>
/// <param name="Upper">The largest value.</param>
/// <param name="Cost">What one unit adds to the objective.</param>
/// <param name="IsInteger">True when it must be a whole number.</param>
internal sealed record Variable(LpName Name, double Lower, double Upper, decimal Cost, bool IsInteger);

/// <summary>How a row compares.</summary>
internal enum Sense
{
    /// <summary>At most.</summary>
    AtMost,

    /// <summary>Exactly.</summary>
    Equal,

    /// <summary>At least.</summary>
    AtLeast,
}

/// <summary>A linear constraint.</summary>
/// <param name="Name">Its name in the LP file, by the rules of variables' names.</param>
/// <param name="Terms">Coefficients by variable.</param>
/// <param name="Sense">How it compares.</param>
/// <param name="RightHandSide">What it compares with.</param>
internal sealed record Row(LpName Name, Term[] Terms, Sense Sense, double RightHandSide)
{
    /// <summary>The least value of its left-hand side; minus infinity when there is none.</summary>
    public double Lower => Sense == Sense.AtMost ? double.NegativeInfinity : RightHandSide;

    /// <summary>The largest value of its left-hand side; infinity when there is none.</summary>
    public double Upper => Sense == Sense.AtLeast ? double.PositiveInfinity : RightHandSide;

    /// <summary>How far a point breaks it; zero or less when it holds.</summary>
    public double Violation(ReadOnlySpan<double> values)
    {
        var activity = 0.0;
        foreach (var term in Terms)
        {
            activity += term.Coefficient * values[term.Variable];
        }

        return Math.Max(Lower - activity, activity - Upper);
    }
}

/// <summary>A coefficient of a row.</summary>
/// <param name="Variable">The variable's number.</param>
/// <param name="Coefficient">What it is multiplied by.</param>
internal readonly record struct Term(int Variable, double Coefficient);
