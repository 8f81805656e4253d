// Files that are dropped anywhere on the page.

/**
 * Listens to drops.
 * @param accept is called with the files
 */
export function listenToDrops(accept) {
  const over = (shown) => document.body.classList.toggle('dropping', shown)
  addEventListener('dragover', (event) => {
    event.preventDefault()
    over(true)
  })
  addEventListener('dragleave', (event) => event.relatedTarget === null && over(false))
  addEventListener('drop', (event) => {
    event.preventDefault()
    over(false)
    if (event.dataTransfer.files.length) accept([...event.dataTransfer.files])
  })
}
