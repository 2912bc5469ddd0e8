namespace GpuInfra.Planning.Optimization;

/// <summary>The coefficients of a program, by column and by row.</summary>
internal sealed class SparseMatrix
{
    private readonly int[] _columnStart;
    private readonly int[] _columnRows;
    private readonly double[] _columnValues;
    private readonly int[] _rowStart;
    private readonly int[] _rowColumns;
    private readonly double[] _rowValues;

    /// <summary>Takes the coefficients of rows over a number of columns.</summary>
    public SparseMatrix(int columns, IReadOnlyList<Row> rows)
    {
        (Columns, Rows) = (columns, rows.Count);
        var count = rows.Sum(row => row.Terms.Length);
        (_rowStart, _rowColumns, _rowValues) = (new int[rows.Count + 1], new int[count], new double[count]);
        (_columnStart, _columnRows, _columnValues) = (new int[columns + 1], new int[count], new double[count]);
        var next = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            foreach (var term in rows[row].Terms)
            {
                (_rowColumns[next], _rowValues[next]) = (term.Variable, term.Coefficient);
                next++;
                _columnStart[term.Variable + 1]++;
            }

            _rowStart[row + 1] = next;
        }

        for (var column = 0; column < columns; column++)
        {
            _columnStart[column + 1] += _columnStart[column];
        }

        var fill = _columnStart[..columns];
        for (var row = 0; row < rows.Count; row++)
        {
            for (var at = _rowStart[row]; at < _rowStart[row + 1]; at++)
            {
                var place = fill[_rowColumns[at]]++;
                (_columnRows[place], _columnValues[place]) = (row, _rowValues[at]);
            }
        }
    }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>A column's rows and values.</summary>
    public SparseVector Column(int column) => new(
        _columnRows.AsSpan(_columnStart[column].._columnStart[column + 1]),
        _columnValues.AsSpan(_columnStart[column].._columnStart[column + 1]));

    /// <summary>A row's columns and values.</summary>
    public SparseVector Row(int row) => new(
        _rowColumns.AsSpan(_rowStart[row].._rowStart[row + 1]),
        _rowValues.AsSpan(_rowStart[row].._rowStart[row + 1]));
}

/// <summary>The entries of a row or column that are not zero.</summary>
/// <param name="places">Where they stand.</param>
/// <param name="values">What they are.</param>
internal readonly ref struct SparseVector(ReadOnlySpan<int> places, ReadOnlySpan<double> values)
{
    private readonly ReadOnlySpan<int> _places = places;
    private readonly ReadOnlySpan<double> _values = values;

    /// <summary>Takes it apart.</summary>
    public void Deconstruct(out ReadOnlySpan<int> places, out ReadOnlySpan<double> values)
    {
        places = _places;
        values = _values;
    }
}
