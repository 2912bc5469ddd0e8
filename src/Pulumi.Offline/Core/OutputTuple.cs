namespace Pulumi;

public static partial class Output
{
    public static Output<(T1, T2)> Tuple<T1, T2>(Input<T1> item1, Input<T2> item2)
        => Tuple(item1.ToOutput(), item2.ToOutput());

    public static Output<(T1, T2)> Tuple<T1, T2>(Output<T1> item1, Output<T2> item2)
    {
        return new(Combine());

        async Task<OutputData<(T1, T2)>> Combine()
        {
            var all = new OutputCombination();
            var value1 = all.Take(await item1.DataTask);
            var value2 = all.Take(await item2.DataTask);
            return all.Of((value1, value2));
        }
    }

    public static Output<(T1, T2, T3)> Tuple<T1, T2, T3>(Input<T1> item1, Input<T2> item2, Input<T3> item3)
        => Tuple(item1.ToOutput(), item2.ToOutput(), item3.ToOutput());

    public static Output<(T1, T2, T3)> Tuple<T1, T2, T3>(Output<T1> item1, Output<T2> item2, Output<T3> item3)
    {
        return new(Combine());

        async Task<OutputData<(T1, T2, T3)>> Combine()
        {
            var all = new OutputCombination();
            var value1 = all.Take(await item1.DataTask);
            var value2 = all.Take(await item2.DataTask);
            var value3 = all.Take(await item3.DataTask);
            return all.Of((value1, value2, value3));
        }
    }

    public static Output<(T1, T2, T3, T4)> Tuple<T1, T2, T3, T4>(
        Input<T1> item1, Input<T2> item2, Input<T3> item3, Input<T4> item4)
        => Tuple(item1.ToOutput(), item2.ToOutput(), item3.ToOutput(), item4.ToOutput());

    public static Output<(T1, T2, T3, T4)> Tuple<T1, T2, T3, T4>(
        Output<T1> item1, Output<T2> item2, Output<T3> item3, Output<T4> item4)
    {
        return new(Combine());

        async Task<OutputData<(T1, T2, T3, T4)>> Combine()
        {
            var all = new OutputCombination();
            var value1 = all.Take(await item1.DataTask);
            var value2 = all.Take(await item2.DataTask);
            var value3 = all.Take(await item3.DataTask);
            var value4 = all.Take(await item4.DataTask);
            return all.Of((value1, value2, value3, value4));
        }
    }

    public static Output<(T1, T2, T3, T4, T5)> Tuple<T1, T2, T3, T4, T5>(
        Input<T1> item1, Input<T2> item2, Input<T3> item3, Input<T4> item4,
        Input<T5> item5)
        => Tuple(item1.ToOutput(), item2.ToOutput(), item3.ToOutput(), item4.ToOutput(), item5.ToOutput());

    public static Output<(T1, T2, T3, T4, T5)> Tuple<T1, T2, T3, T4, T5>(
        Output<T1> item1, Output<T2> item2, Output<T3> item3, Output<T4> item4,
        Output<T5> item5)
    {
        return new(Combine());

        async Task<OutputData<(T1, T2, T3, T4, T5)>> Combine()
        {
            var all = new OutputCombination();
            var value1 = all.Take(await item1.DataTask);
            var value2 = all.Take(await item2.DataTask);
            var value3 = all.Take(await item3.DataTask);
            var value4 = all.Take(await item4.DataTask);
            var value5 = all.Take(await item5.DataTask);
            return all.Of((value1, value2, value3, value4, value5));
        }
    }

    public static Output<(T1, T2, T3, T4, T5, T6)> Tuple<T1, T2, T3, T4, T5, T6>(
        Input<T1> item1, Input<T2> item2, Input<T3> item3, Input<T4> item4,
        Input<T5> item5, Input<T6> item6)
        => Tuple(
            item1.ToOutput(), item2.ToOutput(), item3.ToOutput(), item4.ToOutput(),
            item5.ToOutput(), item6.ToOutput());

    public static Output<(T1, T2, T3, T4, T5, T6)> Tuple<T1, T2, T3, T4, T5, T6>(
        Output<T1> item1, Output<T2> item2, Output<T3> item3, Output<T4> item4,
        Output<T5> item5, Output<T6> item6)
    {
        return new(Combine());

        async Task<OutputData<(T1, T2, T3, T4, T5, T6)>> Combine()
        {
            var all = new OutputCombination();
            var value1 = all.Take(await item1.DataTask);
            var value2 = all.Take(await item2.DataTask);
            var value3 = all.Take(await item3.DataTask);
            var value4 = all.Take(await item4.DataTask);
            var value5 = all.Take(await item5.DataTask);
            var value6 = all.Take(await item6.DataTask);
            return all.Of((value1, value2, value3, value4, value5, value6));
        }
    }

    public static Output<(T1, T2, T3, T4, T5, T6, T7)> Tuple<T1, T2, T3, T4, T5, T6, T7>(
        Input<T1> item1, Input<T2> item2, Input<T3> item3, Input<T4> item4,
        Input<T5> item5, Input<T6> item6, Input<T7> item7)
        => Tuple(
            item1.ToOutput(), item2.ToOutput(), item3.ToOutput(), item4.ToOutput(),
            item5.ToOutput(), item6.ToOutput(), item7.ToOutput());

    public static Output<(T1, T2, T3, T4, T5, T6, T7)> Tuple<T1, T2, T3, T4, T5, T6, T7>(
        Output<T1> item1, Output<T2> item2, Output<T3> item3, Output<T4> item4,
        Output<T5> item5, Output<T6> item6, Output<T7> item7)
    {
        return new(Combine());

        async Task<OutputData<(T1, T2, T3, T4, T5, T6, T7)>> Combine()
        {
            var all = new OutputCombination();
            var value1 = all.Take(await item1.DataTask);
            var value2 = all.Take(await item2.DataTask);
            var value3 = all.Take(await item3.DataTask);
            var value4 = all.Take(await item4.DataTask);
            var value5 = all.Take(await item5.DataTask);
            var value6 = all.Take(await item6.DataTask);
            var value7 = all.Take(await item7.DataTask);
            return all.Of((value1, value2, value3, value4, value5, value6, value7));
        }
    }

    public static Output<(T1, T2, T3, T4, T5, T6, T7, T8)> Tuple<T1, T2, T3, T4, T5, T6, T7, T8>(
        Input<T1> item1, Input<T2> item2, Input<T3> item3, Input<T4> item4,
        Input<T5> item5, Input<T6> item6, Input<T7> item7, Input<T8> item8)
        => Tuple(
            item1.ToOutput(), item2.ToOutput(), item3.ToOutput(), item4.ToOutput(),
            item5.ToOutput(), item6.ToOutput(), item7.ToOutput(), item8.ToOutput());

    public static Output<(T1, T2, T3, T4, T5, T6, T7, T8)> Tuple<T1, T2, T3, T4, T5, T6, T7, T8>(
        Output<T1> item1, Output<T2> item2, Output<T3> item3, Output<T4> item4,
        Output<T5> item5, Output<T6> item6, Output<T7> item7, Output<T8> item8)
    {
        return new(Combine());

        async Task<OutputData<(T1, T2, T3, T4, T5, T6, T7, T8)>> Combine()
        {
            var all = new OutputCombination();
            var value1 = all.Take(await item1.DataTask);
            var value2 = all.Take(await item2.DataTask);
            var value3 = all.Take(await item3.DataTask);
            var value4 = all.Take(await item4.DataTask);
            var value5 = all.Take(await item5.DataTask);
            var value6 = all.Take(await item6.DataTask);
            var value7 = all.Take(await item7.DataTask);
            var value8 = all.Take(await item8.DataTask);
            return all.Of((value1, value2, value3, value4, value5, value6, value7, value8));
        }
    }
}
