using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests;

public sealed class ValidationRowsTests
{
    private static readonly MulticlassClassificationCatalog s_catalog = SpeechRows.Ml.MulticlassClassification;
    private static readonly IDataView s_data = SpeechRows.View(SpeechRows.Rows(4, "angry", "sad"));

    /// <summary>An estimator that keeps ML.NET's convention for validation rows, as FastTree does.</summary>
    public sealed class Validating : IEstimator<ITransformer>
    {
        public List<string[]> Validated { get; } = [];

        public ITransformer Fit(IDataView input) => throw new NotSupportedException("The fit without validation rows was called.");

        public ITransformer Fit(IDataView train, IDataView? validation, IProgress<int>? progress = null,
            CancellationToken cancellation = default)
        {
            Validated.Add(SpeechRows.Values(validation!, "Speaker"));
            cancellation.ThrowIfCancellationRequested();
            return SpeechRows.Trainer.Fit(train);
        }

        public ITransformer Fit(IDataView train, IDataView validation, CancellationToken cancellation)
            => Fit(train, validation, null, cancellation);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => SpeechRows.Trainer.GetOutputSchema(inputSchema);
    }

    [Fact]
    public void An_estimator_that_takes_validation_rows_gets_them_by_either_spelling()
    {
        Validating estimator = new(), method = new();

        var first = s_catalog.CrossValidateBySpeaker(s_data, estimator);
        var second = s_catalog.CrossValidateBySpeaker(s_data, method.Fit);

        Assert.Equal(["b", "a", "d", "c"], estimator.Validated.Select(speakers => Assert.Single(speakers)));
        Assert.Equal(estimator.Validated, method.Validated);
        Assert.All(first.Folds, fold => Assert.Equal(ValidationUse.Used, fold.Validation));
        Assert.Equal("Leave one speaker out; the session partner validates", first.ProtocolInWords);
        Assert.Null(first.Audit.NobodyValidated);
        Assert.Empty(first.DifferencesTo(second));
    }

    [Fact]
    public void The_result_of_an_estimator_without_such_a_fit_says_that_nobody_validated()
    {
        var result = s_catalog.CrossValidateBySpeaker(s_data, SpeechRows.Trainer);

        const string Nobody = "nobody validated: the estimator has no Fit that takes validation rows, so the rows of the validation side "
            + "were left out";
        Assert.Equal($"Leave one speaker out; {Nobody} (those of the session partner)", result.ProtocolInWords);
        Assert.Equal(Nobody, result.Audit.NobodyValidated);
        Assert.Contains("audit: " + Nobody, result.ToString());
        Assert.Contains("nobody (b left out)", result.ToString());
        Assert.DoesNotContain("partner validates", result.ToString());
        Assert.Contains("\"Validation\": \"NotTaken\"", result.ToJson());
        Assert.Equal(result.ToString(), SpeakerCrossValidationResult.FromJson(result.ToJson()).ToString());
        Assert.Contains("Folds[1].Validation: NotTaken -> Used",
            result.DifferencesTo(s_catalog.CrossValidateBySpeaker(s_data, new Validating())));
    }

    [Fact]
    public void A_function_that_counts_validation_rows_has_not_read_them()
    {
        var result = s_catalog.CrossValidateBySpeaker(s_data, (train, validation, _) =>
        {
            using var cursor = validation.GetRowCursor([]);
            while (cursor.MoveNext())
            {
            }
            return SpeechRows.Trainer.Fit(train);
        });

        Assert.All(result.Folds, fold => Assert.Equal(ValidationUse.NotUsed, fold.Validation));
    }

    [Fact]
    public void A_chain_takes_no_validation_rows_whatever_it_ends_in()
    {
        var chain = SpeechRows.Ml.Transforms.CopyColumns("Copy", "Features").Append(SpeechRows.Trainer);

        Assert.All(s_catalog.CrossValidateBySpeaker(s_data, chain).Folds, fold => Assert.Equal(ValidationUse.NotTaken, fold.Validation));
    }

    [Fact]
    public void A_fit_that_reads_no_validation_rows_did_not_use_them_and_one_that_reads_them_may_say_so_too()
    {
        var forgotten = s_catalog.CrossValidateBySpeaker(s_data, (train, _, _) => SpeechRows.Trainer.Fit(train));
        ITransformer Reads(IDataView train, IDataView validation, CancellationToken stop)
        {
            SpeechRows.Values(validation, "Speaker");
            return SpeechRows.Trainer.Fit(train);
        }
        var read = s_catalog.CrossValidateBySpeaker(s_data, Reads);
        var told = s_catalog.CrossValidateBySpeaker(s_data, Reads, new SpeakerCrossValidationOptions { FitUsesValidation = false });

        Assert.Contains("nobody validated: the fit did not use the validation rows", forgotten.ProtocolInWords);
        Assert.Equal("Leave one speaker out; the session partner validates", read.ProtocolInWords);
        Assert.Contains("nobody validated: the fit did not use the validation rows", told.ProtocolInWords);
    }

    [Fact]
    public void A_run_in_which_some_folds_validated_says_in_how_many()
    {
        var fold = 0;

        var result = s_catalog.CrossValidateBySpeaker(s_data, (train, validation, _) =>
        {
            if (++fold > 1)
                SpeechRows.Values(validation, "Speaker");
            return SpeechRows.Trainer.Fit(train);
        });

        Assert.Equal("Leave one speaker out; the session partner validates, but nobody validated in 1 of 4 folds: the fit did not use the "
            + "validation rows, "
            + "so the rows of the validation side were left out", result.ProtocolInWords);
    }

    [Fact]
    public void A_result_from_before_this_was_recorded_says_so()
    {
        var json = s_catalog.CrossValidateBySpeaker(s_data, SpeechRows.Trainer).ToJson().Replace("      \"Validation\": \"NotTaken\",\n",
            "");

        Assert.Contains("(whether the fit used the rows was not recorded)", SpeakerCrossValidationResult.FromJson(json).ProtocolInWords);
    }

    [Fact]
    public void A_fault_inside_the_found_fit_reaches_the_caller_as_it_was_thrown()
    {
        using var stop = new CancellationTokenSource();
        var cancelled = Assert.Throws<OperationCanceledException>(() => s_catalog.CrossValidateBySpeaker(s_data, new Validating(), null,
            new Immediately<FoldResult>(_ => stop.Cancel()), stop.Token));

        Assert.Contains("Ended after 1 of 4 folds. They are lost. Set SpeakerCrossValidationOptions.ResumeFolder to keep finished folds.",
            cancelled.Message);
    }

    [Fact]
    public void Models_of_a_run_without_validation_carry_it_to_another_corpus()
    {
        using var models = new FoldModels();
        s_catalog.CrossValidateBySpeaker(s_data, SpeechRows.Trainer, new SpeakerCrossValidationOptions { ModelFitted = models.Add });

        var across = s_catalog.CrossCorpus(models, SpeechRows.View(SpeechRows.Rows(2, "angry", "sad")));

        Assert.Contains("audit: when the models were trained, nobody validated: the estimator has no Fit", across.ToString());
        Assert.All(CrossCorpusResult.FromJson(across.ToJson()).Folds, fold => Assert.Equal(ValidationUse.NotTaken, fold.Validation));
    }

    [Fact]
    public void A_sweep_whose_fits_do_not_validate_says_so()
    {
        var result = s_catalog.SweepBySpeaker(SpeechRows.View(SpeechRows.Rows(6, "angry", "sad")),
            (Swept _) => (train, _, _) => SpeechRows.Trainer.Fit(train),
            new SweepOptions { Trials = 1, TestFoldCount = 1 });

        Assert.Contains("in the trials nobody validated: the fit did not use the validation rows", result.ToString());
        Assert.Contains("nobody validated", result.Nested!.ProtocolInWords);
    }

    public sealed class Swept
    {
        [Microsoft.ML.SearchSpace.Range(1, 4)]
        public int Size { get; set; } = 1;
    }

    [Fact]
    public void Folds_of_a_file_that_its_protocol_does_not_make_are_reported()
    {
        var folds = s_catalog.MakeSpeakerFolds(s_data);
        var edited = folds with { Folds = [folds.Folds[0] with { TrainSpeakers = ["c"] }, .. folds.Folds.Skip(1)] };

        Assert.Null(s_catalog.AuditSpeakerFolds(s_data, new SpeakerCrossValidationOptions { Folds = folds }).OtherFolds);
        Assert.Contains("audit: 1 of 4 folds (1) are not those that the protocol makes of this data",
            s_catalog.CrossValidateBySpeaker(s_data, SpeechRows.Trainer, new SpeakerCrossValidationOptions { Folds = edited }).ToString());
    }

    [Fact]
    public void What_was_left_out_before_belongs_to_the_result()
    {
        var left = new DataViewSchema.Annotations.Builder();
        left.Add("MlNetSer.LeftOut", TextDataViewType.Instance,
            (ref ReadOnlyMemory<char> text) => text = "3 recordings (03, 07, 09): too short".AsMemory());
        var data = new Annotated(s_data, "Features", left.ToAnnotations());

        var result = s_catalog.CrossValidateBySpeaker(data, SpeechRows.Trainer);

        Assert.Equal("3 recordings (03, 07, 09): too short",
            Assert.Single(SpeakerCrossValidationResult.FromJson(result.ToJson()).LeftOutBefore));
        Assert.Contains("left out before: 3 recordings (03, 07, 09): too short", result.ToString());
        Assert.Contains("LeftOutBefore", Assert.Single(s_catalog.CrossValidateBySpeaker(s_data, SpeechRows.Trainer).DifferencesTo(result)));
    }

    [Fact]
    public void A_fold_whose_training_side_has_one_class_is_refused_before_any_fit()
    {
        // Of three speakers only c is ever sad: where c validates or tests, nobody has taught what sad is.
        var data = SpeechRows.View(SpeechRows.Rows(3, "angry", "sad").Where(row => row.Speaker == "c" || row.Label == "angry"));

        var error = Assert.Throws<InvalidOperationException>(() => s_catalog.CrossValidateBySpeaker(data,
            (_, _, _) => throw new NotSupportedException("Fit was reached.")));

        Assert.Contains("the train side has one class only ('angry', 4 rows)", error.Message);
    }

    private sealed class Annotated : IDataView
    {
        private readonly IDataView _rows;

        public Annotated(IDataView rows, string column, DataViewSchema.Annotations annotations)
        {
            _rows = rows;
            var schema = new DataViewSchema.Builder();
            foreach (var own in rows.Schema)
                schema.AddColumn(own.Name, own.Type, own.Name == column ? annotations : own.Annotations);
            Schema = schema.ToSchema();
        }

        public bool CanShuffle => false;

        public DataViewSchema Schema { get; }

        public long? GetRowCount() => _rows.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
            => new Cursor(Schema, _rows.GetRowCursor(columnsNeeded.Select(column => _rows.Schema[column.Index])));

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
            => [GetRowCursor(columnsNeeded, rand)];

        private sealed class Cursor(DataViewSchema schema, DataViewRowCursor rows) : DataViewRowCursor
        {
            public override DataViewSchema Schema => schema;

            public override long Position => rows.Position;

            public override long Batch => rows.Batch;

            public override bool MoveNext() => rows.MoveNext();

            public override bool IsColumnActive(DataViewSchema.Column column) => rows.IsColumnActive(rows.Schema[column.Index]);

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
                => rows.GetGetter<TValue>(rows.Schema[column.Index]);

            public override ValueGetter<DataViewRowId> GetIdGetter() => rows.GetIdGetter();
        }
    }
}

/// <summary>Reports where it is called; <see cref="Progress{T}"/> would post it to another thread.</summary>
internal sealed class Immediately<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
