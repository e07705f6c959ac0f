<?php
// Exclusive canonical forms of subtrees by libxml2. A line in: {"xml", "element": its number in
// document order, "comments", "prefixes"}; a line out: the form as a JSON string, or null.
while (($line = fgets(STDIN)) !== false) {
    $task = json_decode($line, true, 16, JSON_THROW_ON_ERROR);
    $document = new DOMDocument();
    $form = null;
    if ($document->loadXML($task['xml'], LIBXML_NOWARNING)) {
        $element = $document->getElementsByTagName('*')->item($task['element']);
        $form = $element->C14N(true, $task['comments'], null, $task['prefixes']);
    }
    echo json_encode($form, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
}
