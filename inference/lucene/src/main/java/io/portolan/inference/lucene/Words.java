package io.portolan.inference.lucene;

import io.portolan.inference.core.hybrid.HybridIndex;
import io.portolan.inference.core.hybrid.Passage;
import io.portolan.inference.core.hybrid.Passage.Place;
import io.portolan.inference.core.hybrid.ReciprocalRanks.Ranked;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.jspecify.annotations.Nullable;

/*
 * Each tenant has an index of its own: how rare a word is in the texts of others must show in no
 * score, and what a tenant had is gone when its index is.
 */

/** The words of a tenant's passages, in Lucene. Changes are for one thread at a time. */
final class Words implements AutoCloseable {
  private static final String KEY = "key";
  private static final String ATTRIBUTE = "attribute";
  private static final String TEXT = "text";
  private static final char BETWEEN = '\u0000';
  private static final int WORDS_MAX = 64;

  private final Analyzer analyzer = new EnglishAnalyzer();
  private final IndexWriter writer;
  private final SearcherManager searchers;

  Words() throws IOException {
    writer = new IndexWriter(new ByteBuffersDirectory(), new IndexWriterConfig(analyzer));
    searchers = new SearcherManager(writer, new SearcherFactory());
  }

  void put(List<Passage> passages) throws IOException {
    for (var passage : passages) {
      writer.updateDocument(new Term(KEY, passage.id()), document(passage));
    }
    searchers.maybeRefreshBlocking();
  }

  private static Document document(Passage passage) {
    var document = new Document();
    document.add(new StringField(KEY, passage.id(), Field.Store.YES));
    passage
        .attributes()
        .forEach(
            (name, value) ->
                document.add(new StringField(ATTRIBUTE, pair(name, value), Field.Store.NO)));
    document.add(new TextField(TEXT, passage.text(), Field.Store.NO));
    document.add(new StoredField("document", passage.place().document()));
    document.add(new StoredField("from", passage.place().from()));
    document.add(new StoredField("to", passage.place().to()));
    return document;
  }

  private static String pair(String first, String second) {
    return first.length() + ":" + first + BETWEEN + second;
  }

  /** Returns how many are left. */
  int delete(Collection<String> ids) throws IOException {
    writer.deleteDocuments(ids.stream().map(id -> new Term(KEY, id)).toArray(Term[]::new));
    // What is only marked as deleted is still in memory: it is to be gone.
    writer.forceMergeDeletes();
    searchers.maybeRefreshBlocking();
    return writer.getDocStats().numDocs;
  }

  /**
   * A look at the passages as they are now.
   *
   * @throws AlreadyClosedException if the tenant's passages are all gone
   */
  Reading reading() throws IOException {
    return new Reading(searchers.acquire());
  }

  final class Reading implements AutoCloseable {
    private final IndexSearcher searcher;

    private Reading(IndexSearcher searcher) {
      this.searcher = searcher;
    }

    List<Ranked> search(HybridIndex.Query query) throws IOException {
      var asked = new BooleanQuery.Builder();
      for (var word : words(query.text())) {
        asked.add(new TermQuery(new Term(TEXT, word)), Occur.SHOULD);
      }
      for (Map.Entry<String, String> each : query.attributes().entrySet()) {
        asked.add(
            new TermQuery(new Term(ATTRIBUTE, pair(each.getKey(), each.getValue()))), Occur.FILTER);
      }
      asked.setMinimumNumberShouldMatch(1);
      return ranked(asked.build());
    }

    private List<Ranked> ranked(Query query) throws IOException {
      var ranked = new ArrayList<Ranked>();
      var fields = searcher.storedFields();
      for (var hit : searcher.search(query, HybridIndex.DEPTH).scoreDocs) {
        ranked.add(new Ranked(fields.document(hit.doc, Set.of(KEY)).get(KEY), hit.score));
      }
      return ranked;
    }

    /** Where a passage comes from; null if it is not there. */
    @Nullable Place place(String id) throws IOException {
      var found = searcher.search(new TermQuery(new Term(KEY, id)), 1).scoreDocs;
      if (found.length == 0) {
        return null;
      }
      var document = searcher.storedFields().document(found[0].doc);
      return new Place(
          document.get("document"),
          document.getField("from").numericValue().intValue(),
          document.getField("to").numericValue().intValue());
    }

    @Override
    public void close() throws IOException {
      searchers.release(searcher);
    }
  }

  /** The words as they are indexed: what is no word has no meaning in a query. */
  private Set<String> words(String text) throws IOException {
    var words = new LinkedHashSet<String>();
    try (var tokens = analyzer.tokenStream(TEXT, text)) {
      var term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken() && words.size() < WORDS_MAX) {
        words.add(term.toString());
      }
      tokens.end();
    }
    return words;
  }

  @Override
  public void close() throws IOException {
    searchers.close();
    writer.close();
    analyzer.close();
  }
}
